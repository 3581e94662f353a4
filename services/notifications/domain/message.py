"""A message and its states: what an answer, a receipt or time makes of it (N-1 … N-14)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.session import SessionRef
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused

Purpose = Literal[
    "confirmed", "waitlisted", "promoted", "cancelled",
    "hours_credited", "hours_held", "hours_corrected",
    "pending_consent", "pending_approval", "in_draw", "offered", "lapsed",
    "moved", "session_cancelled", "reminder", "consent",
    "correction_approved", "correction_refused",
]
SECRET: frozenset[Purpose] = frozenset({"consent"})  # the text holds a code: it is kept sealed
State = Literal[
    "queued", "claimed", "sending", "unknown", "suppressed", "expired", "unknown_final",
    "submitted", "failed", "delivered",
]
ORDER: tuple[State, ...] = (
    "queued", "claimed", "sending", "unknown", "suppressed", "expired", "unknown_final",
    "submitted", "failed", "delivered",
)
SHOWN: dict[State, str] = {
    "queued": "待提交", "claimed": "待提交", "sending": "提交中", "unknown": "已提交，待确认",
    "suppressed": "未发送", "expired": "已过期，未发送", "unknown_final": "失败",
    "submitted": "已提交", "failed": "失败", "delivered": "已送达",
}
HANDED_OVER: frozenset[State] = frozenset(
    {"sending", "unknown", "unknown_final", "submitted", "failed", "delivered"}
)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800))


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text to one person for one fact; `tries` counts calls that did not reach the provider.

    `look_at`: when it needs attention next, None once it is settled. `sequence` orders the
    messages of one registration, or of one consent that a guardian is asked for. `session` and
    `values` are what the text was made of, so that it can be made anew when the session moved;
    a SECRET message keeps no values.
    """

    event_id: str
    person_ref: str
    purpose: Purpose
    deadline: datetime
    sequence: int
    registration_id: str | None = None
    consent_id: str | None = None
    session: SessionRef | None = None
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    template: str = ""
    segments: int = 0
    state: State = "queued"
    look_at: datetime | None = None
    tries: int = 0
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


def settle(message: Message, state: State, reason: str | None = None) -> Message:
    """The message at rest in this state."""
    return replace(message, state=state, reason=reason, look_at=None)


def postpone(message: Message, reason: str, *, now: datetime, jitter: float) -> Message:
    """Back in the queue for a growing while (N-8); `jitter` from -1 to 1 moves it by up to 20 %."""
    pause = PAUSES[min(message.tries, len(PAUSES) - 1)] * (1 + 0.2 * jitter)
    return replace(
        message, state="queued", reason=reason, look_at=now + pause, tries=message.tries + 1
    )


def answered(message: Message, outcome: Outcome, *, now: datetime, jitter: float,
             patience: timedelta) -> Message:
    """The message after the provider's answer, or after its silence.

    Only what surely never left goes back in the queue (N-5); silence is `unknown` and never sent
    again by itself (N-4). A receipt that came before the answer is not overruled (N-11).
    """
    in_call = message.state in ("sending", "unknown", "unknown_final")
    match outcome:
        case Accepted(delivered=delivered, provider_ref=ref):
            named = replace(message, provider_ref=ref or message.provider_ref)
            return received(named, "delivered" if delivered else "submitted")
        case NotReached(reason=reason) if in_call:
            return postpone(message, reason, now=now, jitter=jitter)
        case Refused(verdict="later" | "provider_down", code=code) if in_call:
            return postpone(message, code, now=now, jitter=jitter)
        case Refused(verdict="give_up" | "template", code=code):
            return received(message, "failed", code)
        case NoAnswer(reason=reason) | Refused(verdict="ambiguous", code=reason):
            if message.state == "sending":
                return unanswered(message, reason, now=now, patience=patience)
    return message


def unanswered(message: Message, reason: str, *, now: datetime, patience: timedelta) -> Message:
    """Nobody knows whether it left: wait for a receipt as long as `patience` (N-4)."""
    return replace(message, state="unknown", reason=reason, look_at=now + patience)


def received(message: Message, state: State, reason: str | None = None) -> Message:
    """After a receipt: the greater of what was known and what is said, in any order (N-11)."""
    if ORDER.index(state) <= ORDER.index(message.state):
        return message
    return settle(message, state, reason)


def opened_again(message: Message, *, now: datetime, patience: timedelta) -> Message:
    """One whose worker went silent: if only claimed, back in the queue; in a call, unknown."""
    if message.state == "claimed":
        return replace(message, state="queued", look_at=now)
    if message.state == "sending":
        return unanswered(message, "worker_lost", now=now, patience=patience)
    if message.state == "unknown":
        return settle(message, "unknown_final", "no_receipt")
    return message
