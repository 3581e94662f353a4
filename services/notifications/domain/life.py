"""The life of a message: what an answer, a receipt, a question or time makes of it (N-2 … N-13).

    queued ─▶ sending ─▶ submitted ─▶ delivered, failed
    ▲  │ ▲       │ ▲         │
    │  ▼ │       ▼ │receipts │ asked about, in the end left as it is
    │  held    unknown ──────┴─▶ unknown_final (nobody knows)
    │  │         │
    │  ▼         │ suppressed, expired, failed: never left
    └────────────┘ once, when the provider never saw it

`sending` is the claim: the worker that wrote it, with the attempt's id, is the one that calls.
`claimed` was written before that by earlier versions; it is put back in the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notifications.domain.lanes import PURPOSES
from services.notifications.domain.message import ORDER, UNSENT, Message, Purpose, State
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800))
SENT_AGAIN = "sent_again"  # the reason of what staff let leave once more
RESENT: frozenset[Purpose] = frozenset().union(
    *(PURPOSES[lane] for lane in ("cancelled", "promoted", "confirmed", "reminder"))
)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """When we ask the provider about a call, and when we stop; times since the call was begun.

    `unknown`: about calls without an answer, which are given up after `gives_up` (N-4);
    `submitted`: about accepted messages without a receipt (N-13). A message of the purposes
    `resent` leaves once more when the provider, asked not before `resend_after`, says that it
    never saw it: until then the first call may still be under way.
    """

    unknown: Sequence[timedelta] = tuple(timedelta(seconds=s) for s in (30, 120, 600, 3600))
    submitted: Sequence[timedelta] = tuple(timedelta(minutes=m) for m in (10, 60, 360))
    gives_up: timedelta = timedelta(hours=24)
    resend_after: timedelta = timedelta(minutes=2)
    resent: frozenset[Purpose] = RESENT


def settle(message: Message, state: State, reason: str | None = None) -> Message:
    """The message at rest in this state."""
    return replace(message, state=state, reason=reason, look_at=None)


def hold(message: Message, reason: str, until: datetime) -> Message:
    """Not to leave before then, and why: quiet hours, a limit (N-16, N-18). Nothing for one that
    is on its way already."""
    if message.state not in UNSENT:
        return message
    return replace(message, state="held", reason=reason, look_at=until)


def postpone(message: Message, reason: str, *, now: datetime, jitter: float,
             wait: timedelta | None = None) -> Message:
    """Back in the queue for a growing while (N-8); `jitter` from -1 to 1 moves it by up to 20 %.
    `wait`: the provider said how long it would not take it (N-7)."""
    pause = PAUSES[min(message.tries, len(PAUSES) - 1)] * (1 + 0.2 * jitter)
    pause = max(pause, wait or pause)
    return replace(
        message, state="queued", reason=reason, look_at=now + pause, tries=message.tries + 1
    )


def put_back(message: Message, reason: str, until: datetime) -> Message:
    """Back in its lane until then, and that was no try: nobody may be called just now."""
    if message.state not in UNSENT:
        return message
    return replace(message, state="queued", reason=reason, look_at=until)


def answered(message: Message, outcome: Outcome, *, now: datetime, jitter: float,
             patience: Patience) -> Message:
    """The message after the provider's answer, or after its silence.

    Only what surely never left goes back in the queue (N-5); silence is `unknown` and never sent
    again by itself (N-4). A receipt that came before the answer is not overruled (N-11).
    """
    in_call = message.state in ("sending", "unknown", "unknown_final")
    match outcome:
        case Accepted(delivered=delivered, provider_ref=ref):
            named = replace(message, provider_ref=ref or message.provider_ref)
            state: State = "delivered" if delivered else "submitted"
            return received(named, state, now=now, patience=patience)
        case NotReached(reason=reason) if in_call:
            return postpone(message, reason, now=now, jitter=jitter)
        case Refused(verdict="later" | "provider_down", code=code, wait=wait) if in_call:
            return postpone(message, code, now=now, jitter=jitter, wait=wait)
        case Refused(verdict="give_up" | "template", code=code):
            return received(message, "failed", code, now=now, patience=patience)
        case NoAnswer(reason=reason) | Refused(verdict="ambiguous", code=reason):
            if message.state == "sending":
                return unanswered(message, reason, now=now, jitter=jitter, patience=patience)
    return message


def unanswered(message: Message, reason: str, *, now: datetime, jitter: float,
               patience: Patience) -> Message:
    """Nobody knows whether it left: wait for a receipt, and ask (N-4)."""
    unknown = replace(message, state="unknown", reason=reason, asked=0)
    return replace(unknown, look_at=_next(unknown, patience.unknown, now, jitter, patience))


def is_news(said: State, known: State) -> bool:
    """Whether a receipt says more than is known: it only ever leads onwards (N-11)."""
    return ORDER.index(said) > ORDER.index(known)


def received(message: Message, state: State, reason: str | None = None, *, now: datetime,
             patience: Patience) -> Message:
    """After a receipt: the greater of what was known and what is said, in any order (N-11).

    One that is only submitted is asked about after a while, for its receipt may be lost (N-13).
    Staff let one leave again that had failed: the same failure told once more is no news.
    """
    if state == "failed" and message.state in UNSENT and message.reason == SENT_AGAIN:
        return message
    if not is_news(state, message.state):
        return message
    settled = settle(message, state, reason)
    if state != "submitted":
        return settled
    submitted = replace(settled, asked=0)
    return replace(submitted, look_at=_next(submitted, patience.submitted, now, 0.0, patience))


def lost(message: Message, *, now: datetime, patience: Patience) -> Message:
    """One whose worker went silent: if only claimed, back in the queue; in a call, unknown."""
    if message.state == "claimed":
        return replace(message, state="queued", look_at=now)
    if message.state == "sending":
        return unanswered(message, "worker_lost", now=now, jitter=0.0, patience=patience)
    return message


def not_seen(message: Message, *, now: datetime, patience: Patience) -> Message:
    """The provider says that it never saw the call: once, and for what is worth it, it leaves
    again (N-4); else it stays as unknown as it was."""
    since = message.started_at or now
    is_sure = now - since >= patience.resend_after
    if (message.state == "unknown" and is_sure and not message.resends
            and message.purpose in patience.resent):
        return replace(message, state="queued", reason="not_seen", look_at=now, resends=1, asked=0)
    return unresolved(message, now=now, jitter=0.0, patience=patience)


def unresolved(message: Message, *, now: datetime, jitter: float, patience: Patience) -> Message:
    """Asked, without an answer that helps: asked again later. In the end an unknown one is given
    up, and a submitted one left as it is, without a receipt (N-4, N-13)."""
    schedule = patience.unknown if message.state == "unknown" else patience.submitted
    asked = replace(message, asked=message.asked + 1)
    at = _next(asked, schedule, now, jitter, patience)
    if message.state == "unknown":
        return replace(asked, look_at=at) if at > now else settle(
            asked, "unknown_final", "no_receipt")
    if message.state == "submitted":
        return replace(asked, look_at=at) if at > now else settle(asked, "submitted", "no_receipt")
    return message


def _next(message: Message, schedule: Sequence[timedelta], now: datetime, jitter: float,
          patience: Patience) -> datetime:
    """The next time on the schedule that is not past, moved by up to 20 %; after the last one the
    time to give up, which may be past."""
    since = message.started_at or now
    for pause in schedule[message.asked:]:
        if (at := since + pause * (1 + 0.2 * jitter)) > now:
            return at
    return since + patience.gives_up
