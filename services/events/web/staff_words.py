"""How the console says things: states, reasons, what happens by itself, what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kernel.clock import SHANGHAI
from kernel.words import moment
from services.events.domain.session import Session
from services.events.domain.terms import Terms

STATUS = {
    "pending_approval": "待审核", "pending_consent": "等监护人同意", "entered_draw": "等抽签",
    "offered": "名额保留中", "waitlisted": "候补", "confirmed": "已确认",
    "cancelled": "已取消", "lapsed": "已失效",
}
TONE = {"confirmed": "good", "offered": "warn", "pending_approval": "warn", "waitlisted": "warn"}
REASON = {
    "offer_expired": "保留期过，没有确认", "offer_declined": "放弃了保留的名额",
    "consent_refused": "监护人不同意", "consent_withdrawn": "监护人撤回同意",
    "consent_expired": "监护人没有按时答复", "approval_refused": "审核不通过",
    "approval_expired": "到开始时还没有审核", "line_closed": "候补已截止",
    "place_released": "没有到场，名额已放出", "resident": "本人取消", "staff": "工作人员取消",
    "session_cancelled": "场次取消",
}
MODE = {"first-come": "先到先得", "approval": "审核后确认", "draw": "抽签"}
PROMOTION = {"offer": "先保留给候补的人，等对方确认", "automatic": "直接给候补的人"}
ACTION = {"approve": "通过", "refuse": "不通过", "cancel": "取消报名"}
OUTCOME = {
    "confirmed": "占到名额，短信告知", "waitlisted": "没有空位，进入候补，短信告知",
    "refused": "短信告知不通过和原因，名额给候补", "cancelled": "短信告知已取消，名额给候补",
}
BY_ITSELF = {
    "consent": "监护人没有答复的，报名失效", "draw": "抽签",
    "remind-24h": "给已确认的人发一天前提醒", "remind-2h": "给已确认的人发两小时前提醒",
    "end-waiting": "场次开始，还在等的报名失效", "close-line": "候补截止，告知还在候补的人",
    "count-crew": "清点人手，不够时告知组织者", "wake-line": "到了可以打扰的时间，空位给候补",
    "release-places": "放出没有到场的人的名额",
}
RAN_OUT = {"offered": "保留期到，没有确认的给下一组",
           "pending_approval": "审核期到，没有决定的列为逾期"}
FIELDS: Mapping[str, str] = {
    "programme": "项目", "title": "名称", "place": "地点", "street": "街道", "mode": "怎样给名额",
    "opens_at": "开放报名", "closes_at": "报名截止", "promotion": "空位怎样给候补",
    "pools": "名额池", "seats": "席位或岗位", "min_age": "最小年龄", "max_age": "最大年龄",
    "repeat.date": "第一天", "repeat.count": "场数", "offer_minutes": "保留多久",
    "line_closes_minutes": "候补截止", "decide_hours": "审核期限",
    "consent_hours": "监护人答复期限",
    "series": "系列代号", "per_activity": "同一活动每人", "per_series": "同一系列每人",
    "per_month": "每人每月", "walk_in_after": "现场进入", "min_crew": "每班至少",
}
_SAID = {
    "Missing data for required field.": "必填", "Field may not be null.": "必填",
    "Not a valid datetime.": "日期或时间不对", "Not a valid date.": "日期不对",
    "Not a valid integer.": "请填整数", "Not a valid string.": "格式不对",
    "Length must be between 1 and 400.": "至少一场，请填日期、时间和名额",
}
_RANGE = re.compile(r"Must be greater than or equal to (\d+) and less than or equal to (\d+)\.")
_LINE = re.compile(r"(?:sessions\.\d+\.)?(pools|seats)\.(\d+)(?:\.(\w+))?")
_PART = {"key": "代号", "title": "名称", "capacity": "名额", "pool": "名额池", "needs": "资格"}
_FIELD = {"starts_at": "date", "ends_at": "to", "capacity": "capacity"}


def said(reason: str) -> str:
    """A fault in the page's language; what is not known is said as it is."""
    found = _RANGE.fullmatch(reason)
    if found:
        return f"{int(found[1]):,} 到 {int(found[2]):,} 的整数"
    return _SAID.get(reason, reason)


def at_fields(errors: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The schema's faults under the names that the form's fields have, in Chinese."""
    shown: dict[str, list[str]] = {}
    for name, reasons in errors.items():
        line = _LINE.fullmatch(name)
        texts = [said(str(reason)) for reason in reasons]
        if line:
            part = _PART.get(line[3] or "", "")
            texts = [f"第 {int(line[2]) + 1} 行{part}：{text}" for text in texts]
            name = line[1]
        elif name.startswith("sessions."):
            head, _, last = name.rpartition(".")
            name = f"{head}.{_FIELD.get(last, last)}"
        elif name in ("starts_at", "ends_at"):
            name = _FIELD[name]
        elif name == "sessions":
            name = "sessions.0.date"
        kept = shown.setdefault(name, [])
        kept.extend(text for text in texts if text not in kept)
    return shown


def state(session: Session, now: datetime) -> tuple[str, str]:
    """What a session is at, as a word and its tone."""
    if session.cancelled_at is not None:
        return "已取消", "bad"
    if session.closed_at is not None:
        return "已结项", ""
    if now >= session.ends_at:
        return "待结项", "warn"
    if now >= session.starts_at:
        return "进行中", "good"
    if session.opens_at is not None and now < session.opens_at:
        return "未开放报名", ""
    if now >= session.signup_ends_at:
        return "报名截止", ""
    return "报名中", "good"


def terms(chosen: Terms) -> list[str]:
    """An activity's terms as sentences."""
    found = [MODE[chosen.mode]]
    if chosen.mode == "approval":
        kept = "等待时保留名额" if chosen.pending_holds else "通过后才占名额"
        found.append(f"{chosen.decide_hours} 小时内审核，{kept}")
    if not chosen.has_line:
        found.append("不设候补")
    elif chosen.promotion == "offer":
        found.append(f"空位保留 {chosen.offer_minutes} 分钟给候补，"
                     f"开始前 {chosen.line_closes_minutes} 分钟候补截止")
    else:
        found.append("空位直接给候补")
    if chosen.has_line and chosen.smaller_may_pass:
        found.append("人多的一组排不进时，后面人少的可以先进")
    if chosen.has_age_rule:
        found.append(_ages(chosen))
    for text, value in (
        ("同一活动每人最多 {} 场", chosen.per_activity),
        ("同一系列每人最多 {} 场", chosen.per_series),
        ("每人每月最多 {} 场", chosen.per_month), ("每班至少 {} 人", chosen.min_crew),
        ("开始 {} 分钟后空位可现场进入", chosen.walk_in_after),
    ):
        if value is not None:
            found.append(text.format(value))
    return found


def _ages(chosen: Terms) -> str:
    least = f"满 {chosen.min_age} 周岁" if chosen.min_age is not None else ""
    most = f"不超过 {chosen.max_age} 周岁" if chosen.max_age is not None else ""
    return "、".join(filter(None, (least, most)))


def dated(value: datetime) -> str:
    """2026年9月30日（周四）19:30, in Asia/Shanghai: lists of staff reach over years."""
    return f"{value.astimezone(SHANGHAI).year}年{moment(value)}"


def span(session: Session, *, year: bool = False) -> str:
    """9月30日（周四）19:30–21:00; over midnight with both days."""
    starts, ends = session.starts_at, session.ends_at
    first = dated(starts) if year else moment(starts)
    same_day = starts.astimezone(SHANGHAI).date() == ends.astimezone(SHANGHAI).date()
    return f"{first}–{ends.astimezone(SHANGHAI):%H:%M}" if same_day else f"{first}–{moment(ends)}"


FOR_TEMPLATES: Mapping[str, Any] = {
    "STATUS": STATUS, "TONE": TONE, "REASON": REASON, "MODE": MODE, "PROMOTION": PROMOTION,
    "ACTION": ACTION, "OUTCOME": OUTCOME, "BY_ITSELF": BY_ITSELF, "RAN_OUT": RAN_OUT,
    "dated": dated, "span": span, "state": state, "terms_of": terms,
}
