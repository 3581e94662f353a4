"""At the session: scans in and out, and closing it so that attendance is final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.events import AttendanceRecorded, ScannedIn, ScannedOut, SessionClosed
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain import attendance as rules
from services.events.domain.attendance import Attendance, Direction
from services.events.domain.broken import NonceReused, UnknownRegistration
from services.events.domain.signup import Registration, Session
from services.events.usecases.application import Events
from services.events.usecases.telling import session_ref


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What the desk read: a party's ticket, or one person of it; `at` None means now."""

    session_id: str
    registration_id: str
    direction: Direction
    nonce: str
    at: datetime | None = None
    person_ref: str | None = None

    def said(self) -> dict[str, str | None]:
        """What must be the same when the nonce comes again."""
        return {
            "registration_id": self.registration_id, "direction": self.direction,
            "person_ref": self.person_ref, "at": self.at.isoformat() if self.at else None,
        }


def scan(app: Events, order: Scan, *, once: Once | None = None) -> Answer:
    """Records the scan once per nonce and tells it for each person; safe to repeat.

    Raises the rules of the desk (C-06, C-08), UnknownSession, UnknownRegistration, NonceReused.
    """

    def work(transaction: Transaction) -> Answer:
        known = app.store.attendances.scan(order.session_id, order.nonce, within=transaction)
        if known is not None:
            if known["said"] != order.said():
                raise NonceReused(order.nonce)
            answer: Answer = known["answer"]
            return answer
        return _scan(app, order, transaction)

    return app.write(once, work)


def _scan(app: Events, order: Scan, transaction: Transaction) -> Answer:
    session = app.store.sessions.one(order.session_id, within=transaction)
    registration = app.store.registrations.one(order.registration_id, within=transaction)
    if registration.session_id != session.session_id:
        raise UnknownRegistration(order.registration_id)
    at = order.at or transaction.now
    rules.check_scan(session, registration, at=at, now=transaction.now, rules=app.policy.desk)
    scanned = _scanned(app, order, session, registration, at, transaction)
    answer = {
        "registration_id": order.registration_id, "direction": order.direction,
        "at": at.isoformat(), "persons": len(scanned),
        "late": order.direction == "in" and rules.is_late(session, at, app.policy.desk),
    }
    _keep(app, scanned, transaction)
    app.store.registrations.mark_attended(registration, within=transaction)
    app.store.attendances.add_scan(
        order.session_id, order.nonce, {"said": order.said(), "answer": answer},
        within=transaction,
    )
    ref, told = session_ref(session), ScannedIn if order.direction == "in" else ScannedOut
    for each in scanned:
        transaction.emit(
            told(session=ref, registration_id=registration.registration_id,
                 person_ref=each.person_ref, at=at)
        )
    return answer


def _scanned(app: Events, order: Scan, session: Session, registration: Registration,
             at: datetime, transaction: Transaction) -> list[Attendance]:
    people = [order.person_ref] if order.person_ref else list(registration.party)
    if not set(people) <= set(registration.party):
        raise UnknownRegistration(order.registration_id)
    seen = app.store.attendances.of_people(session.activity_id, people, within=transaction)
    scanned = []
    for person_ref in people:
        here, others = _apart(seen, registration, person_ref)
        if order.direction == "in":
            scanned.append(
                rules.scan_in(session, here, at, rules=app.policy.desk, others=others)
            )
        else:
            scanned.append(rules.scan_out(here, at))
    return scanned


def _apart(seen: list[Attendance], registration: Registration,
           person_ref: str) -> tuple[Attendance, list[Attendance]]:
    """A person's attendance here, and the ones at the activity's other sessions."""
    theirs = [each for each in seen if each.person_ref == person_ref]
    others = [each for each in theirs if each.session_id != registration.session_id]
    here = [each for each in theirs if each.session_id == registration.session_id]
    return (here[0] if here else _unknown(registration, person_ref)), others


def _keep(app: Events, scanned: list[Attendance], transaction: Transaction) -> None:
    """A first scan adds the attendance, a later one changes it."""
    new = [each for each in scanned if rules.is_first_scan(each)]
    app.store.attendances.add(new, within=transaction)
    app.store.attendances.replace(
        (each for each in scanned if each not in new), within=transaction
    )


def _unknown(registration: Registration, person_ref: str) -> Attendance:
    return Attendance(
        session_id=registration.session_id,
        activity_id=registration.activity_id,
        registration_id=registration.registration_id,
        person_ref=person_ref,
    )


def close_session(app: Events, session_id: str, report: Mapping[str, Any], *,
                  once: Once | None = None) -> Answer:
    """Makes attendance final, tells it for everybody who had a place, then tells the closing.

    `report`: {served?: {count, method, reported_by}, audience?: {online}}; what is not reported
    stays None, never 0 (C-43). Raises UnknownSession, SessionClosed, NotStarted.
    """

    def work(transaction: Transaction) -> Answer:
        session = app.store.sessions.one(session_id, within=transaction)
        rules.check_close(session, transaction.now, app.policy.desk)
        app.store.sessions.close(session, transaction.now, within=transaction)
        ref = session_ref(session)
        final = _settle(app, session, transaction)
        for registration, attendance in final:
            transaction.emit(
                AttendanceRecorded(
                    session=ref, registration_id=registration.registration_id,
                    person_ref=attendance.person_ref, household_ref=registration.household_ref,
                    state="present" if attendance.state == "present" else "absent",
                    checked_in_at=rules.first_in(attendance),
                    checked_out_at=rules.last_out(attendance),
                )
            )
        present = sum(1 for _, attendance in final if attendance.state == "present")
        served, audience = report.get("served") or {}, report.get("audience") or {}
        transaction.emit(
            SessionClosed(
                session=ref, present=present, absent=len(final) - present,
                served_count=served.get("count"), served_method=served.get("method"),
                served_reported_by=served.get("reported_by"),
                audience_online=audience.get("online"),
            )
        )
        return {"session_id": session_id, "present": present, "absent": len(final) - present}

    return app.write(once, work)


def _settle(app: Events, session: Session,
            transaction: Transaction) -> list[tuple[Registration, Attendance]]:
    """Everybody with a place and their final attendance, saved; a late scan then loses the race."""
    seen = app.store.attendances.of_session(session.session_id, within=transaction)
    final = [
        (registration, rules.settle(seen.get(person) or _unknown(registration, person)))
        for registration in app.store.registrations.confirmed(
            session.session_id, within=transaction
        )
        for person in registration.party
    ]
    attendances = [attendance for _, attendance in final]
    app.store.attendances.add((each for each in attendances if not each.stays), within=transaction)
    app.store.attendances.settle((each for each in attendances if each.stays), within=transaction)
    return final
