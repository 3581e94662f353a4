"""Closing a session: attendance is final, the organiser's figures go out with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.events import AttendanceRecorded, SessionClosed
from contracts.session import SessionRef
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain import attendance as rules
from services.events.domain.attendance import Attendance
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases import no_shows
from services.events.usecases.application import Events
from services.events.usecases.desk import nobody_yet
from services.events.usecases.telling import session_ref


def close_session(app: Events, session_id: str, report: Mapping[str, Any], *,
                  once: Once | None = None) -> Answer:
    """Makes attendance final, tells it for everybody who had a place, then tells the closing.

    `report`: {served?: {count, method, reported_by}, audience?: {online, source?}}; what is not
    reported stays None, never 0 (C-43). Absences are kept where the policy says so. Raises
    UnknownSession, SessionClosed, NotStarted.
    """

    def work(transaction: Transaction) -> Answer:
        session = app.store.sessions.one(session_id, within=transaction)
        rules.check_close(session, transaction.now, app.policy.desk)
        app.store.sessions.close(session, transaction.now, within=transaction)
        ref = session_ref(session)
        final = _settle(app, session, transaction)
        no_shows.record(app, session, final, within=transaction)
        for registration, attendance in final:
            transaction.emit(_recorded(ref, registration, attendance))
        present = sum(1 for _, attendance in final if attendance.state == "present")
        served, audience = report.get("served") or {}, report.get("audience") or {}
        transaction.emit(
            SessionClosed(
                session=ref, present=present, absent=len(final) - present,
                served_count=served.get("count"), served_method=served.get("method"),
                served_reported_by=served.get("reported_by"),
                audience_online=audience.get("online"), audience_source=audience.get("source"),
            )
        )
        return {"session_id": session_id, "present": present, "absent": len(final) - present}

    return app.transactions.write(once, work)


def _recorded(ref: SessionRef, registration: Registration,
              attendance: Attendance) -> AttendanceRecorded:
    return AttendanceRecorded(
        session=ref, registration_id=registration.registration_id,
        person_ref=attendance.person_ref, household_ref=registration.household_ref,
        state="present" if attendance.state == "present" else "absent",
        checked_in_at=rules.first_in(attendance), checked_out_at=rules.last_out(attendance),
    )


def _settle(app: Events, session: Session,
            transaction: Transaction) -> list[tuple[Registration, Attendance]]:
    """Everybody with a place and their final attendance, saved; a late scan then loses the race."""
    seen = app.store.attendances.of_session(session.session_id, within=transaction)
    final = [
        (registration, rules.settle(seen.get(person) or nobody_yet(registration, person)))
        for registration in app.store.registrations.confirmed(
            session.session_id, within=transaction
        )
        for person in registration.party
    ]
    attendances = [attendance for _, attendance in final]
    app.store.attendances.add((each for each in attendances if not each.stays), within=transaction)
    app.store.attendances.settle((each for each in attendances if each.stays), within=transaction)
    return final
