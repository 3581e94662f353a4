"""Invented facts of one small season, and a whole service in memory, made short for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo.database import Database

from contracts.event import Fact
from contracts.events import (
    ApprovalOverdue,
    AttendanceRecorded,
    ConsentDecided,
    CrewShort,
    DrawCommitted,
    DrawHeld,
    ProgrammePublished,
    RedemptionRecorded,
    ReminderDue,
    SeatOffered,
    SessionCancelled,
    SessionClosed,
    SessionMoved,
    SessionScheduled,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupMoved,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
    VisitRecorded,
    WorkItemRecorded,
)
from contracts.notifications import MessageDelivered, MessageFailed, MessageSubmitted
from contracts.session import SessionRef
from contracts.volunteers import HoursCorrected, HoursCredited, HoursHeld, HoursWithheld
from contracts.volunteers_corrections import RecordOverdue
from kernel.clock import FixedClock
from kernel.envelope import Envelope, wrap
from kernel.memory import memory_database
from kernel.transaction import Transactions
from services.stats.briefs import load
from services.stats.domain.heard import Heard
from services.stats.store import Store
from services.stats.usecases.application import Stats

NOW = datetime(2021, 9, 30, 4, 0, tzinfo=UTC)
MORNING = datetime(2021, 9, 29, 23, 30, tzinfo=UTC)  # 30 September, 7:30 in Shanghai


def a_session(number: int = 1, **changes: Any) -> SessionRef:
    """A morning at a crossing: a shift of 90 minutes."""
    fields: dict[str, Any] = {
        "session_id": f"session-{number}", "activity_id": "activity-1",
        "programme": "road-angels", "kind": "shift", "street": "大鹏", "starts_at": MORNING,
        "ends_at": MORNING + timedelta(minutes=90), "title": "马路天使", "place": "测试路口",
    }
    return SessionRef(**{**fields, **changes})


def an_evening(number: int = 1, **changes: Any) -> SessionRef:
    """A gathering of the family forum."""
    fields: dict[str, Any] = {
        "session_id": f"evening-{number}", "programme": "family-forum", "kind": "gathering",
        "title": "家庭教育大讲堂",
    }
    return a_session(number, **{**fields, **changes})


def a_camp(number: int = 1, **changes: Any) -> SessionRef:
    """A gathering whose list is confidential."""
    fields: dict[str, Any] = {
        "session_id": f"camp-{number}", "programme": "growth-camp", "kind": "gathering",
        "title": None, "place": None, "confidential": True,
    }
    return a_session(number, **{**fields, **changes})


def published(programme: str = "road-angels", wing: str = "聚心", **changes: Any) -> Fact:
    fields: dict[str, Any] = {"title": programme, "owner": "团", "kind": "gathering"}
    return ProgrammePublished(programme=programme, wing=wing, **{**fields, **changes})


def attended(person: str, session: SessionRef | None = None, *, state: Any = "present",
             household: str | None = None) -> AttendanceRecorded:
    return AttendanceRecorded(
        session=session or a_session(), registration_id=f"registration-{person}",
        person_ref=person, household_ref=household or person, state=state,
    )


def credited(person: str, session: SessionRef | None = None, *, minutes: int = 90,
             entry: str | None = None) -> HoursCredited:
    session = session or a_session()
    return HoursCredited(
        entry_id=entry or f"{session.session_id}-{person}", person_ref=person, session=session,
        minutes=minutes, basis="scan", credited_from=session.starts_at,
        credited_until=session.starts_at + timedelta(minutes=minutes),
    )


def held(person: str, session: SessionRef | None = None) -> HoursHeld:
    return HoursHeld(entry_id=f"held-{person}", person_ref=person, session=session or a_session(),
                     reason="missing_check_out")


def withheld(person: str, session: SessionRef | None = None) -> HoursWithheld:
    return HoursWithheld(entry_id=f"over-{person}", person_ref=person, minutes=120,
                         session=session or a_session(), reason="over_daily_limit", level="parent")


def corrected(person: str, minutes: int, *, reverses: str, session: SessionRef | None = None) \
        -> HoursCorrected:
    return HoursCorrected(entry_id=f"{reverses} reversed", reverses=reverses, person_ref=person,
                          session=session or a_session(), minutes=minutes, reason="decision")


def closed(session: SessionRef | None = None, *, served: int | None = None,
           online: int | None = None) -> SessionClosed:
    return SessionClosed(
        session=session or a_session(), present=1, absent=0, served_count=served,
        served_method="计数" if served is not None else None,
        served_reported_by="staff-1" if served is not None else None, audience_online=online,
    )


def scheduled(session: SessionRef | None = None, *, capacity: int = 10) -> SessionScheduled:
    return SessionScheduled(session=session or a_session(), capacity=capacity)


def signed_up(registration: str, *people: str, session: SessionRef | None = None) \
        -> SignupConfirmed:
    return SignupConfirmed(registration_id=registration, session=session or a_session(),
                           party=people, household_ref=people[0])


def in_line(registration: str, *people: str, session: SessionRef | None = None) \
        -> SignupWaitlisted:
    return SignupWaitlisted(**_party(registration, people, session), position=1)


def cancelled(registration: str, *people: str, session: SessionRef | None = None,
              reason: Any = None) -> SignupCancelled:
    return SignupCancelled(**_party(registration, people, session), was="confirmed", reason=reason)


def pending(registration: str, *people: str, waits_for: Any = "draw",
            session: SessionRef | None = None) -> SignupPending:
    return SignupPending(**_party(registration, people, session), waits_for=waits_for)


def offered(registration: str, *people: str, session: SessionRef | None = None) -> SeatOffered:
    return SeatOffered(**_party(registration, people, session), until=MORNING)


def promoted(registration: str, *people: str, session: SessionRef | None = None) \
        -> SignupPromoted:
    return SignupPromoted(**_party(registration, people, session))


def lapsed(registration: str, *people: str, session: SessionRef | None = None) -> SignupLapsed:
    return SignupLapsed(**_party(registration, people, session), reason="offer_expired")


def along(registration: str, *people: str, session: SessionRef | None = None) -> SignupMoved:
    """The sign-up's session moved, and the sign-up with it."""
    return SignupMoved(**_party(registration, people, session), was_starts_at=MORNING,
                       was_ends_at=MORNING)


def reminded(registration: str, *people: str, session: SessionRef | None = None) -> ReminderDue:
    return ReminderDue(**_party(registration, people, session), before="24h")


def moved(session: SessionRef, *, capacity: int = 10) -> SessionMoved:
    """The session is now as told; it was in the morning before."""
    return SessionMoved(session=session, capacity=capacity, was_starts_at=MORNING,
                        was_ends_at=MORNING + timedelta(minutes=90))


def called_off(session: SessionRef | None = None) -> SessionCancelled:
    return SessionCancelled(session=session or a_session())


def short_of_crew(session: SessionRef | None = None) -> CrewShort:
    return CrewShort(session=session or a_session(), needed=5, confirmed=3)


def records_missing(session: SessionRef | None = None) -> RecordOverdue:
    return RecordOverdue(session=session or a_session(), due=date(2021, 10, 14),
                         provisional=False, closed=True, held=1, requests=0)


def overdue(registration: str, session: SessionRef | None = None) -> ApprovalOverdue:
    return ApprovalOverdue(registration_id=registration, session=session or a_session(),
                           since=MORNING)


def consented(consent: str) -> ConsentDecided:
    return ConsentDecided(consent_id=consent, registration_id="r1", session_id="session-1",
                          decision="given", text_version="1")


def drawn(session: SessionRef | None = None) -> list[Fact]:
    """A draw, announced and held."""
    where, seed = session or a_session(), "0" * 64
    return [DrawCommitted(session=where, seed_sha256=seed),
            DrawHeld(session=where, seed_sha256=seed, seed="seed", list_sha256=seed, entries=40,
                     seated=12)]


def _party(registration: str, people: Sequence[str], session: SessionRef | None) -> dict[str, Any]:
    return {"registration_id": registration, "session": session or a_session(),
            "party": tuple(people), "household_ref": people[0]}


def visited(number: int, household: str, day: date = date(2021, 9, 1)) -> VisitRecorded:
    return VisitRecorded(visit_id=f"visit-{number}", programme="hardship-visits", street="葵涌",
                         household_ref=household, day=day)


def redeemed(number: int, window: str) -> RedemptionRecorded:
    return RedemptionRecorded(redemption_id=f"redemption-{number}", programme="warm-bee",
                              window=window, street="南澳", person_ref="rider-1", at=MORNING)


def work_item(item: str, state: Any, day: date, category: str = "第1类") -> WorkItemRecorded:
    return WorkItemRecorded(item_id=item, programme="party-history", category=category,
                            state=state, due_on=None, day=day)


def submitted(message: str) -> MessageSubmitted:
    return MessageSubmitted(message_id=message, purpose="confirmed", person_ref="person-1",
                            provider="console", segments=1)


def delivered(message: str) -> MessageDelivered:
    return MessageDelivered(message_id=message, purpose="confirmed", person_ref="person-1",
                            provider="console")


def failed(message: str, reason: str = "refused") -> MessageFailed:
    return MessageFailed(message_id=message, purpose="confirmed", person_ref="person-1",
                         reason=reason)


def told(facts: Iterable[Fact], *, at: datetime = NOW) -> list[Envelope]:
    """The facts in envelopes, numbered per subject in the order given."""
    counts: dict[str, int] = {}
    envelopes = []
    for number, fact in enumerate(facts, start=1):
        sequence = counts[fact.subject()] = counts.get(fact.subject(), 0) + 1
        envelopes.append(wrap(fact, id=f"fact-{number}-{fact.subject()}-{at:%H%M%S%f}",
                              source="/test", sequence=sequence,
                              time=at + timedelta(seconds=number)))
    return envelopes


def heard(facts: Sequence[Fact]) -> list[Heard]:
    return [Heard(id=e.id, fact=e.fact(), sequence=e.sequence, told_at=e.time)
            for e in told(facts)]


def stats(database: Database[dict[str, Any]] | None = None, *, now: datetime = NOW) -> Stats:
    """The service on a database in memory (or the one given)."""
    database = memory_database() if database is None else database
    clock = FixedClock(now)
    transactions = Transactions(database, source="/stats", clock=clock)
    return Stats(transactions=transactions, store=Store.on(database), templates=load(),
                 clock=clock)
