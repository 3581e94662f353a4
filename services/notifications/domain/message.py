"""A message and its states; what leads from one to another stands in `life` (N-1 … N-14)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from contracts.session import SessionRef

Purpose = Literal[
    "confirmed", "waitlisted", "promoted", "cancelled",
    "hours_credited", "hours_held", "hours_corrected",
    "pending_consent", "pending_approval", "in_draw", "offered", "lapsed",
    "moved", "session_cancelled", "reminder", "consent",
    "correction_approved", "correction_refused",
    "opted_out", "opted_in", "sign_in_code",
    "notice", "marketing",
]
BROADCASTS: frozenset[Purpose] = frozenset({"notice", "marketing"})  # written by staff, for many
# the text holds a code: never made anew
SECRET: frozenset[Purpose] = frozenset({"consent", "sign_in_code"})
# said of a number
OF_NO_SESSION: frozenset[Purpose] = frozenset({"opted_out", "opted_in", "sign_in_code"})
State = Literal[
    "queued", "held", "claimed", "sending", "unknown", "suppressed", "expired", "unknown_final",
    "submitted", "failed", "delivered",
]
ORDER: tuple[State, ...] = get_args(State)  # what a receipt says only ever leads onwards (N-11)
SHOWN: dict[State, str] = {
    "queued": "待提交", "held": "暂缓提交", "claimed": "待提交", "sending": "提交中",
    "unknown": "已提交，待确认", "suppressed": "未发送", "expired": "已过期，未发送",
    "unknown_final": "失败", "submitted": "已提交", "failed": "失败", "delivered": "已送达",
}
_ATTEMPT = re.compile(r"([0-9a-f]{32})-\w+")
UNSENT: frozenset[State] = frozenset({"queued", "held", "claimed"})
HANDED_OVER: frozenset[State] = frozenset(
    {"sending", "unknown", "unknown_final", "submitted", "failed", "delivered"}
)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text to one person for one fact; `tries` counts calls that did not reach the provider.

    `look_at`: when it needs attention next, None once it is settled. `started_at`: when its latest
    call was about to be made; `changed_at`: when its state became what it is; `asked`: how often we
    have asked what became of that call; `resends`: how often it left anew because the provider
    never saw it; `released`: staff let it leave in quiet hours. `sequence` orders the messages of
    one registration, or of one consent that a guardian is asked for; `matter` is what a decision
    and the hours it changed have in common. `session` and `values` are what the text was made of,
    so that it can be made anew when the session moved.
    """

    event_id: str
    person_ref: str
    purpose: Purpose
    deadline: datetime
    sequence: int
    registration_id: str | None = None
    consent_id: str | None = None
    matter: str | None = None
    session: SessionRef | None = None
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    template: str = ""
    segments: int = 0
    state: State = "queued"
    look_at: datetime | None = None
    tries: int = 0
    started_at: datetime | None = None
    changed_at: datetime | None = None
    asked: int = 0
    resends: int = 0
    released: bool = False
    reason: str | None = None
    provider: str | None = None
    provider_ref: str | None = None
    attempts: tuple[str, ...] = ()
    correlation: str | None = None

    @property
    def message_id(self) -> str:
        """The same for the same fact, person and purpose, however often it is heard (N-1)."""
        key = f"{self.event_id} {self.person_ref} {self.purpose}"
        return hashlib.sha256(key.encode()).hexdigest()[:32]


def attempt_of(message_id: str, call: str) -> str:
    """The id of one attempt: it names its message, so a receipt finds it without an index."""
    return f"{message_id}-{call}"


def message_in(attempt_id: str) -> str | None:
    """The message that an attempt's id names; None for one that names none."""
    found = _ATTEMPT.fullmatch(attempt_id)
    return found[1] if found else None
