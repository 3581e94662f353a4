"""A broadcast (群发): one text to those who take part in an activity, seen by two pairs of eyes.

    draft (待审) ──┬─ approved ── queueing (排队中) ── queued (已排队)
                   │                  └──── stopped (已停止) ────┘   what is unsent is not sent
                   ├─ refused (已驳回), with the reason
                   ├─ withdrawn by stopping it
                   └─ expired (逾期未审): nobody decided in time
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.session import SessionRef
from kernel.acting import Acting, not_other_eyes
from services.notifications.domain.audience import Group
from services.notifications.domain.broken import (
    AlreadyDecided,
    BadWords,
    CaseworkersOnly,
    SelfMade,
)
from services.notifications.domain.text import MARKS, InvalidText, check_values

Kind = Literal["notice", "marketing"]
State = Literal["draft", "approved", "queued", "refused", "stopped"]
Standing = Literal["draft", "expired", "approved", "queued", "refused", "stopped"]
SHOWN: Mapping[Standing, str] = {
    "draft": "待审", "expired": "逾期未审", "approved": "排队中", "queued": "已排队",
    "refused": "已驳回", "stopped": "已停止",
}
CHOICES: Mapping[str, str] = {  # all that may be said of a confidential activity
    "look": "有新的通知，请打开预约页面查看", "call": "有变化，请与你的联系人联系",
    "papers": "请按预约页面上的说明准备并准时到",
}
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_WHY: Mapping[str, str] = {
    "brackets of the signature": "不能含【】，签名会自动加上",
    "control characters": "不能换行，也不能含控制字符",
    "address of a web page": "不能含网址",
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Policy that the department may change."""

    approval_within: timedelta = timedelta(days=3)
    useful_for: timedelta = timedelta(days=2)  # after approval


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided when, and why; the reason of an approval may be empty."""

    by: Acting
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """`words` are said of an open activity, `choice` of a confidential one. `reached` is the last
    person whose message is queued; people are queued in the order of their references. While it is
    `busy` a worker has still to queue messages, or to take unsent ones back."""

    broadcast_id: str
    kind: Kind
    activity_id: str
    session_id: str | None
    groups: tuple[Group, ...]
    words: str = ""
    choice: str | None = None
    confidential: bool = False
    made_by: Acting
    made_at: datetime
    expires_at: datetime
    state: State = "draft"
    decided: Decision | None = None
    stopped: Decision | None = None
    reached: str = ""
    busy: bool = False

    @property
    def values(self) -> dict[str, object]:
        """What its texts are made of, beside the session."""
        return values_of(self.words, self.choice)


def values_of(words: str, choice: str | None) -> dict[str, object]:
    """The variable of the template: staff's own words, or the sentence that they chose."""
    return {"said": CHOICES[choice]} if choice else {"words": words}


def standing(broadcast: Broadcast, now: datetime) -> Standing:
    """How it stands; a draft that nobody decided on in time has expired by itself."""
    if broadcast.state == "draft" and now >= broadcast.expires_at:
        return "expired"
    return broadcast.state


def check_words(kind: Kind, words: str, choice: str | None, *, confidential: bool) -> None:
    """What staff wrote may be said (N-21); of a confidential activity only a choice of sentences.

    Raises BadWords naming `text`, `choice` or `kind`, with what is allowed.
    """
    if confidential:
        if kind == "marketing":
            raise BadWords("kind", "保密活动不能群发推广短信，只能发服务通知（notice）")
        if words:
            raise BadWords("text", "保密活动不能自己写内容，请选一句话")
        if choice not in CHOICES:
            raise BadWords("choice", f"保密活动请选一句话：{'、'.join(CHOICES)}")
        return
    if choice:
        raise BadWords("choice", "只有保密活动选一句话，其他活动请写内容")
    if not words:
        raise BadWords("text", "请写内容")
    for found in _BRACES.findall(words):
        if found not in MARKS:
            raise BadWords("text", f"花括号里只能是 {' '.join(MARKS)}")
    try:
        check_values({"text": words})
    except InvalidText as fault:
        raise BadWords("text", said(fault)) from fault


def said(fault: InvalidText) -> str:
    """Why a text may not be sent, for who wrote it."""
    if fault.reason.startswith("longer"):
        return "太长：连签名最多 500 个字"
    return _WHY.get(fault.reason, "不能发送，请改写")


def check_may_see(by: Acting, *, confidential: bool) -> None:
    """Raises CaseworkersOnly."""
    if confidential and "caseworker" not in by.roles:
        raise CaseworkersOnly


def approved(broadcast: Broadcast, by: Acting, now: datetime) -> Broadcast:
    """To be queued. Raises SelfMade (C-17), AlreadyDecided, CaseworkersOnly."""
    _check_decides(broadcast, by, now)
    return replace(broadcast, state="approved", busy=True,
                   decided=Decision(by=by, at=now))


def refused(broadcast: Broadcast, by: Acting, reason: str, now: datetime) -> Broadcast:
    """With the reason, for who drafted it. Raises as `approved`."""
    _check_decides(broadcast, by, now)
    return replace(broadcast, state="refused", decided=Decision(by=by, at=now, reason=reason))


def stopped(broadcast: Broadcast, by: Acting, reason: str, now: datetime) -> Broadcast:
    """By anybody of the staff, its maker too: stopping is always the safe side. What has left
    stays sent. Raises AlreadyDecided when nothing is left to stop."""
    stands = standing(broadcast, now)
    if stands not in ("draft", "approved", "queued"):
        raise AlreadyDecided(SHOWN[stands])
    return replace(broadcast, state="stopped", busy=stands != "draft",
                   stopped=Decision(by=by, at=now, reason=reason))


def useful_until(broadcast: Broadcast, session: SessionRef, terms: Terms) -> datetime:
    """When its message to somebody of this session is of no use any more (C-39): with the session
    that was still to come, else a while after the approval."""
    assert broadcast.decided is not None
    until = broadcast.decided.at + terms.useful_for
    if session.ends_at > broadcast.decided.at:
        return min(until, session.ends_at)
    return until


def _check_decides(broadcast: Broadcast, by: Acting, now: datetime) -> None:
    if not_other_eyes(by, maker=broadcast.made_by):
        raise SelfMade
    check_may_see(by, confidential=broadcast.confidential)
    stands = standing(broadcast, now)
    if stands != "draft":
        raise AlreadyDecided(SHOWN[stands])
