"""Terms and refusals in plain words, for residents."""

from __future__ import annotations

from kernel.words import moment
from services.events.domain import broken
from services.events.domain.session import Session
from services.events.domain.terms import Terms

_DAY, _HOUR = 1440, 60
REFUSED: dict[str, str] = {
    broken.NotOpenYet.__name__: "报名还没有开始",
    broken.SessionClosed.__name__: "报名已截止",
    broken.OverLimit.__name__: "超过每人可报的场数，或人数超过上限",
    broken.AlreadyRegistered.__name__: "已经报过这一场",
    broken.Full.__name__: "名额已满，不设候补",
    broken.Clash.__name__: "同一时间已报名另一个场次",
    broken.AgeOutsideLimits.__name__: "当天不符合年龄要求",
    broken.BirthDateNeeded.__name__: "需要填写出生日期",
    broken.UnknownSeat.__name__: "这一场没有所选的席位",
    broken.Paused.__name__: "因多次未到场暂停报名，可以申诉",
    broken.NotQualified.__name__: "没有岗位所需的资格",
    broken.GuardianConsentNeeded.__name__: "当天未满十四周岁，需要监护人",
}
NOT_THIS_TIME = "没有报上"


def span(minutes: int) -> str:
    """30 分钟, 2 小时, 3 天."""
    for length, word in ((_DAY, "天"), (_HOUR, "小时")):
        if minutes >= length and minutes % length == 0:
            return f"{minutes // length} {word}"
    return f"{minutes} 分钟"


def rules_in_words(session: Session) -> list[str]:
    """What everybody must know first: how places are given, who may come, who sees it."""
    return [_mode(session), *_age(session.terms), *_confidential(session)]


def further_rules(session: Session) -> list[str]:
    """What happens when the places are gone, how often one may sign up, who may still walk in."""
    terms = session.terms
    return [*_line(terms), *_limits(terms), *_open_door(terms)]


def _mode(session: Session) -> str:
    terms = session.terms
    if terms.mode == "draw":
        return (f"抽签：{moment(session.signup_ends_at)} 报名截止后抽签，"
                "先报后报机会一样。抽签的种子事先封存，结果人人可以验算。")
    if terms.mode == "approval":
        kept = "审核期间为你保留名额。" if terms.pending_holds else "审核通过后按先后给名额。"
        return f"审核：报名后由主办方审核，{span(terms.decide_hours * _HOUR)}内答复。{kept}"
    return "先到先得：有名额时当场确认，一起报名的人要么都有名额，要么一起候补。"


def _line(terms: Terms) -> list[str]:
    if not terms.has_line:
        return ["名额满了不设候补。"]
    if terms.promotion == "automatic":
        said = ["名额满了可以候补。有人取消时按顺序自动补上，并发短信通知。"]
    else:
        closes = (f"开始前 {span(terms.line_closes_minutes)}停止递补。"
                  if terms.line_closes_minutes else "")
        said = [f"名额满了可以候补。空出名额时按顺序发短信问你，"
                f"请在 {span(terms.offer_minutes)}内确认，过时给下一位；夜间不打扰。{closes}"]
    passing = ("空出的名额不够前面一组时，人数少的一组可以先补上。" if terms.smaller_may_pass
               else "空出的名额不够前面一组时，为这一组留着，后面的人不会先补上。")
    return [*said, passing]


def _age(terms: Terms) -> list[str]:
    if not terms.has_age_rule:
        return []
    lower = f"满 {terms.min_age} 周岁" if terms.min_age is not None else ""
    upper = f"不超过 {terms.max_age} 周岁" if terms.max_age is not None else ""
    return [f"年龄：{'、'.join(filter(None, (lower, upper)))}，按活动当天计算，请填写出生日期。"]


def _limits(terms: Terms) -> list[str]:
    most = [
        f"{what}最多报 {limit} 场" for what, limit in (
            ("这个活动", terms.per_activity), ("同一系列", terms.per_series),
            ("同一系列每月", terms.per_month),
        ) if limit is not None
    ]
    return [f"每人{'，'.join(most)}。"] if most else []


def _open_door(terms: Terms) -> list[str]:
    if terms.walk_in_after is None:
        return []
    return [f"开始 {span(terms.walk_in_after)}后如有空位，可以到现场登记进入。"]


def _confidential(session: Session) -> list[str]:
    if not session.confidential:
        return []
    return ["不公开：参加人的名单谁也看不到，短信和报名页面不写活动名称和地点，"
            "统计只有总数。具体地点由工作人员单独告诉你。"]
