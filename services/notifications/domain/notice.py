"""Which facts are worth a message to whom, until when it is of use, and not before when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from contracts.event import Fact
from contracts.events import SignupCancelled, SignupConfirmed, SignupPromoted, SignupWaitlisted
from contracts.session import SessionRef
from contracts.volunteers import HoursCredited
from kernel.clock import SHANGHAI
from services.notifications.domain.message import Purpose

Signup = SignupConfirmed | SignupWaitlisted | SignupPromoted | SignupCancelled
PURPOSES: Mapping[type[Fact], Purpose] = {
    SignupConfirmed: "confirmed",
    SignupWaitlisted: "waitlisted",
    SignupPromoted: "promoted",
    SignupCancelled: "cancelled",
    HoursCredited: "hours_credited",
}
URGENT: frozenset[Purpose] = frozenset({"confirmed", "waitlisted", "promoted", "cancelled"})


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Policy that the department may change."""

    hours_notice_within: timedelta = timedelta(days=7)
    quiet_from: time = time(21)
    quiet_until: time = time(8)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a fact is worth saying: the purpose, to whom, with which values, and until when."""

    purpose: Purpose
    recipients: tuple[str, ...]
    session: SessionRef
    deadline: datetime
    registration_id: str | None = None
    values: Mapping[str, object]


def notice(fact: Fact, rules: Rules) -> Notice:
    """The notice of a fact that this service listens to."""
    purpose = PURPOSES[type(fact)]
    if isinstance(fact, HoursCredited):
        return Notice(
            purpose=purpose, recipients=(fact.person_ref,), session=fact.session,
            deadline=fact.session.ends_at + rules.hours_notice_within,
            values={"minutes": fact.minutes},
        )
    assert isinstance(fact, Signup)
    values = {"position": fact.position} if isinstance(fact, SignupWaitlisted) else {}
    return Notice(
        purpose=purpose, recipients=tuple(dict.fromkeys(fact.party)), session=fact.session,
        deadline=fact.session.starts_at, registration_id=fact.registration_id, values=values,
    )


def not_before(purpose: Purpose, now: datetime, rules: Rules) -> datetime:
    """Now, or the end of the quiet hours for what can wait (C-39): deferred, never dropped."""
    local = now.astimezone(SHANGHAI)
    start, end = rules.quiet_from, rules.quiet_until
    at = local.time()
    is_quiet = (at >= start or at < end) if start > end else start <= at < end
    if purpose in URGENT or not is_quiet:
        return now
    morning = datetime.combine(local.date(), end, SHANGHAI)
    return morning if morning > local else morning + timedelta(days=1)
