"""The grace after a session's end: stays without a check-out are held by a timer (待核实, C-05)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from kernel.transaction import Transaction
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.session import UNTOLD, News, Session
from services.volunteers.usecases.application import App
from services.volunteers.usecases.book import Book
from services.volunteers.usecases.crediting import CREDITED_WITHIN
from services.volunteers.usecases.telling import counted

AT_ONCE = 200  # sessions found in one question


def hold_open_stays(app: App) -> int:
    """Holds what is open of every session whose end and grace are over, closed or not; how many
    sessions were dealt with.

    The grace begins at the end, or when the session was last told to have moved or to have
    somebody new, for what is told late needs its time as well. A session that moves is awaited
    again. Safe to repeat, at any time and in any number of processes: that it was done stands in
    the session's document, written with the entries. Raises Unavailable.
    """
    done = kept = 0
    while True:
        by = app.clock() - app.rules.shortest_grace
        found = app.store.sessions.awaited(ended_by=by, skip=kept, limit=AT_ONCE)
        if not found:
            return done
        for session in found:
            entries = app.transactions.run(partial(_lapse, app, session.ref.session_id),
                                           within=CREDITED_WITHIN)
            if entries is None:
                kept += 1
            else:
                done += 1
                counted(entries)


def _lapse(app: App, session_id: str, within: Transaction) -> list[Entry] | None:
    """The entries that hold what is open at the session; None while its grace is not over."""
    session = app.store.sessions.some({session_id}, within=within)[session_id]
    if not session.awaited:
        return []
    if not _is_over(app, session, within):
        return None
    book = Book(app=app, transaction=within)
    people = sorted(session.people)
    book.open([News(ref=session.ref, version=UNTOLD, person_ref=each) for each in people]
              or [News(ref=session.ref, version=UNTOLD)])
    for person_ref in people:
        attendance = book.attendance(session_id, person_ref)
        if _is_open(attendance):
            book.put(replace(attendance, lapsed_for=session.ref.ends_at), "scans")
    book.sessions[session_id] = replace(session, awaited=False)
    return book.settle()


def _is_over(app: App, session: Session, within: Transaction) -> bool:
    since = max(session.ref.ends_at, session.heard_at or session.ref.ends_at)
    return since + app.rules.grace_of(session.ref.programme) <= within.now


def _is_open(attendance: Attendance) -> bool:
    """Whether a scan is awaited there, and nobody decided without it."""
    if attendance.cancelled or attendance.ruling or attendance.final:
        return False
    return any(stay.missing for stay in attendance.stays)
