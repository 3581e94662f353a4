"""Where a registration stands, in words: a title, what it means, what one can do now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kernel.words import moment
from services.events.domain.draw import code_of
from services.events.domain.registration import CancelReason, LapseReason, Status
from services.events.domain.signup import door_of
from services.events.usecases.registrations import Found
from services.events.web.wording import span

Tone = Literal["good", "warn", "over"]
OFTEN, SELDOM = 10, 30  # seconds between two looks at what may change


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`again`: in how many seconds to look again by itself, None when nothing can change soon.

    `offered`: a place can be taken or declined now. `may_return`: sign-up is open (or will be), so
    an ended registration can be followed by a new one.
    """

    title: str
    tone: Tone
    words: tuple[str, ...]
    again: int | None = None
    offered: bool = False
    may_return: bool = False
    draw_code: str | None = None


def standing(found: Found, now: datetime) -> Standing:
    """The registration's state for the person who holds it."""
    registration, session = found.registration, found.session
    if not registration.is_active:
        shown = _ended(found)
        may_return = door_of(session, now) in ("free", "full", "not_open")
        return replace(shown, may_return=may_return)
    shown = STATES[registration.status](found, now)
    if session.terms.mode == "draw":
        shown = replace(shown, draw_code=code_of(registration.registration_id))
    return shown


def _confirmed(found: Found, now: datetime) -> Standing:
    if found.session.closed_at is not None or now >= found.session.ends_at:
        return Standing(title="活动已经结束", tone="over", words=("谢谢你参加。",))
    if found.registration.attended:
        return Standing(title="已签到", tone="good", words=("离开时请再扫一次码签退。",))
    return Standing(title="你的位置已确认", tone="good", again=SELDOM, words=(
        "请在开始前到场，出示入场票签到。", "不能来时请尽早取消，名额会给正在候补的人。",
    ))


def _waitlisted(found: Found, _: datetime) -> Standing:
    terms = found.session.terms
    if terms.promotion == "automatic":
        then = "有人取消时按顺序自动补上，并发短信通知你。"
    else:
        then = (f"轮到你时会发短信问你，请在 {span(terms.offer_minutes)}内确认；"
                f"{moment(found.session.line_closes_at)} 以后不再递补。")
    ahead = (found.position or 1) - 1
    before = f"前面还有 {ahead} 组在等。" if ahead else "你排在最前面。"
    full = ("有名额空出，为候补的人留着；夜间不打扰，早上按顺序发短信问。"
            if found.session.line_paused else "现在名额已满。")
    return Standing(title=f"候补第 {found.position} 位", tone="warn", again=OFTEN,
                    words=(f"{full}{before}", then))


def _offered(found: Found, now: datetime) -> Standing:
    until = found.registration.until
    if until is None or now >= until:
        return Standing(title="保留时间已过", tone="over", again=OFTEN,
                        words=("这个名额会给下一位。",))
    return Standing(title="有名额了，等你确认", tone="warn", offered=True, again=OFTEN, words=(
        f"名额为你保留到 {moment(until)}，过时会给下一位。",
    ))


def _pending_consent(found: Found, _: datetime) -> Standing:
    until = found.registration.until
    when = f"请监护人在 {moment(until)} 前答复，过时报名失效。" if until else ""
    return Standing(title="等监护人同意", tone="warn", again=OFTEN, words=(
        f"我们给监护人发了短信，里面有一个同意码。{when}",
        "请监护人打开“监护人同意”页面，输入同意码。同意以后才排名额。",
    ))


def _pending_approval(found: Found, _: datetime) -> Standing:
    until = found.registration.until
    when = (f"主办方最迟在 {moment(until)} 答复，结果会发短信。" if until
            else "主办方还没有答复，我们已经提醒。结果会发短信。")
    kept = "名额已为你留着。" if found.registration.seated else "审核通过后给名额。"
    return Standing(title="等主办方审核", tone="warn", words=(when, kept), again=SELDOM)


def _entered_draw(found: Found, _: datetime) -> Standing:
    return Standing(title="已进入抽签", tone="warn", again=SELDOM, words=(
        f"{moment(found.session.signup_ends_at)} 报名截止后抽签，结果会发短信。",
        "先报后报机会一样，不用再做什么。",
    ))


STATES: Mapping[Status, Callable[[Found, datetime], Standing]] = {
    "confirmed": _confirmed, "waitlisted": _waitlisted, "offered": _offered,
    "pending_consent": _pending_consent, "pending_approval": _pending_approval,
    "entered_draw": _entered_draw,
}
ENDED: Mapping[LapseReason | CancelReason, tuple[str, str]] = {
    "resident": ("报名已取消", "是你取消的，名额已经放出。"),
    "staff": ("报名已取消", "工作人员取消了这次报名。有疑问请联系主办方。"),
    "session_cancelled": ("这一场取消了", "主办方取消了这一场，给你添麻烦了。"),
    "offer_expired": ("报名已失效", "名额为你保留的时间过了，已给下一位。"),
    "offer_declined": ("你没有要这个名额", "名额已给下一位。"),
    "consent_refused": ("报名没有成立", "监护人没有同意。"),
    "consent_withdrawn": ("报名已失效", "监护人撤回了同意，名额已给下一位。"),
    "consent_expired": ("报名已失效", "监护人没有在期限内答复。"),
    "approval_refused": ("审核没有通过", "主办方没有通过这次报名。"),
    "approval_expired": ("报名已失效", "活动开始前没有等到审核结果，给你添麻烦了。"),
    "line_closed": ("候补已结束", "没有空出名额，这一场不再递补。"),
    "place_released": ("名额已放出", "开始后没有到场，名额给了现场的人。"),
}


def _ended(found: Found) -> Standing:
    registration = found.registration
    fallback = ("报名已取消", "这次报名已经结束。")
    title, words = ENDED[registration.reason] if registration.reason else fallback
    note = (f"主办方的话：{registration.note}",) if registration.note else ()
    return Standing(title=title, tone="over", words=(words, *note))
