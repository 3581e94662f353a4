"""Which facts are worth a message to whom, until when it is of use, and not before when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from contracts.event import Fact
from contracts.events import (
    ConsentRequested,
    ReminderDue,
    SeatOffered,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupMoved,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
)
from contracts.session import SessionRef
from contracts.volunteers import HoursCorrected, HoursCredited, HoursHeld
from contracts.volunteers_corrections import CorrectionDecided
from kernel.clock import SHANGHAI
from services.notifications.domain.message import BROADCASTS, Purpose

Signup = (
    SignupConfirmed | SignupWaitlisted | SignupPromoted | SignupCancelled | SignupPending
    | SeatOffered | SignupLapsed | SignupMoved | ReminderDue
)
PENDING: Mapping[str, Purpose] = {
    "consent": "pending_consent", "approval": "pending_approval", "draw": "in_draw",
}
Hours = HoursCredited | HoursHeld | HoursCorrected
HOURS: frozenset[Purpose] = frozenset({"hours_credited", "hours_held", "hours_corrected"})
CAN_WAIT: frozenset[Purpose] = HOURS | BROADCASTS | {
    "reminder", "lapsed", "correction_approved", "correction_refused",
}
OPTIONAL: frozenset[Purpose] = frozenset(
    {"reminder", "hours_credited", "hours_held", "notice"}
)
DECIDED = frozenset({"organiser", "supplement"})  # credits that rest on somebody's later word
REQUESTS: Mapping[str, str] = {"correction": "更正", "missing": "补录"}
OWN_DECISIONS = frozenset({"offer_declined", "consent_refused"})
NUMBER_LENGTH = 10  # of a registration_id's first characters, which residents type as 编号


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Policy that the department may change."""

    hours_notice_within: timedelta = timedelta(days=7)
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    optional: frozenset[Purpose] = OPTIONAL  # what an opt-out stops (N-19)
    quiet_spread: timedelta = timedelta(minutes=30)
    decision_wait: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a fact is worth saying: the purpose, to whom, with which values, and until when.

    One with `kept_back` is not sent, for that reason; it still makes older messages stale.
    """

    purpose: Purpose
    recipients: tuple[str, ...]
    session: SessionRef
    deadline: datetime
    registration_id: str | None = None
    consent_id: str | None = None
    values: Mapping[str, object]
    kept_back: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Said:
    """The part of a notice that depends on the kind of sign-up fact."""

    purpose: Purpose
    deadline: datetime
    values: Mapping[str, object]
    kept_back: str | None = None


def notice(fact: Fact, rules: Rules, *, told_at: datetime) -> Notice:
    """The notice of a fact that this service listens to, and that was told then."""
    match fact:
        case HoursCredited() | HoursHeld() | HoursCorrected():
            return _of_hours(fact, rules, told_at)
        case CorrectionDecided():
            return _of_request(fact, rules)
        case ConsentRequested(session=session):
            return Notice(
                purpose="consent", recipients=(fact.guardian_ref,), session=session,
                deadline=fact.until, registration_id=fact.registration_id,
                consent_id=fact.consent_id, values={"code": fact.code, "until": fact.until},
            )
    assert isinstance(fact, Signup)
    said = _said(fact)
    return Notice(
        purpose=said.purpose, recipients=tuple(dict.fromkeys(fact.party)), session=fact.session,
        deadline=said.deadline, registration_id=fact.registration_id, values=said.values,
        kept_back=said.kept_back,
    )


def _of_hours(fact: Hours, rules: Rules, told_at: datetime) -> Notice:
    """Of use for a while after the session; a later decision for a while after it was made.

    A change is said once, by the reversal that knows what it was and is; a credit that replaces
    what was reversed is part of it, and what was held before is told as a credit only.
    """
    since, kept_back = fact.session.ends_at, None
    purpose: Purpose
    values: Mapping[str, object] = {}
    match fact:
        case HoursCredited(minutes=minutes, basis=basis, correction=correction):
            purpose, values = "hours_credited", {"minutes": minutes}
            since = max(since, told_at) if basis in DECIDED else since
            kept_back = "said_as_correction" if correction else None
        case HoursHeld():
            purpose = "hours_held"
        case HoursCorrected(was=was, now=now):
            purpose, values = "hours_corrected", {"before": was, "after": now}
            since = max(since, told_at)
            kept_back = None if was and was != now else "nothing_to_correct"
    return Notice(
        purpose=purpose, recipients=(fact.person_ref,), session=fact.session, values=values,
        deadline=since + rules.hours_notice_within, kept_back=kept_back,
    )


def _of_request(fact: CorrectionDecided, rules: Rules) -> Notice:
    """Both outcomes are told (C-18), for a while after the decision; why stays inside."""
    return Notice(
        purpose="correction_approved" if fact.outcome == "approved" else "correction_refused",
        recipients=(fact.person_ref,), session=fact.session,
        deadline=fact.decided_at + rules.hours_notice_within,
        values={"asked": REQUESTS[fact.kind], "minutes": fact.minutes},
    )


def _said(fact: Signup) -> _Said:
    """Most are of use until the session starts; what ends late is still news while it runs."""
    starts_at, ends_at = fact.session.starts_at, fact.session.ends_at
    match fact:
        case SignupConfirmed():
            return _Said(purpose="confirmed", deadline=starts_at, values={})
        case SignupPromoted():
            return _Said(purpose="promoted", deadline=starts_at, values={})
        case SignupWaitlisted(position=position):
            return _Said(purpose="waitlisted", deadline=starts_at, values={"position": position})
        case SignupPending(waits_for=waits_for, until=until):
            return _Said(
                purpose=PENDING[waits_for], deadline=until or starts_at, values={"until": until}
            )
        case SeatOffered(until=until):
            number = fact.registration_id[:NUMBER_LENGTH]
            return _Said(
                purpose="offered", deadline=until, values={"until": until, "number": number}
            )
        case SignupMoved(was_starts_at=was):
            # who would come at the old time can still be stopped until then
            values = {"was": was if was != starts_at else None}
            return _Said(purpose="moved", deadline=max(starts_at, was), values=values)
        case ReminderDue():
            return _Said(purpose="reminder", deadline=starts_at, values={})
        case SignupCancelled(reason="session_cancelled"):
            return _Said(purpose="session_cancelled", deadline=ends_at, values={})
        case SignupCancelled():
            return _Said(purpose="cancelled", deadline=starts_at, values={})
        case SignupLapsed():
            return _lapsed(fact)


def _lapsed(fact: SignupLapsed) -> _Said:
    """Who declines an offer or refuses consent has just decided it, and the page has said so: no
    message. A consent withdrawn is one's own decision too, but takes back a place that was told.
    """
    return _Said(
        purpose="lapsed", deadline=fact.session.ends_at, values={"reason": fact.reason},
        kept_back="own_decision" if fact.reason in OWN_DECISIONS else None,
    )


def not_before(purpose: Purpose, now: datetime, rules: Rules) -> datetime:
    """Now, or the end of the quiet hours for what can wait (C-39): deferred, never dropped."""
    local = now.astimezone(SHANGHAI)
    start, end = rules.quiet_from, rules.quiet_until
    at = local.time()
    is_quiet = (at >= start or at < end) if start > end else start <= at < end
    if purpose not in CAN_WAIT or not is_quiet:
        return now
    morning = datetime.combine(local.date(), end, SHANGHAI)
    return morning if morning > local else morning + timedelta(days=1)
