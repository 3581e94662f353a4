"""What happens by itself when its time has come; kept as deadlines, so no restart loses any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from logging import getLogger

from contracts.events import ApprovalOverdue, CrewShort
from kernel.mongo import Unavailable
from services.events.domain.broken import (
    BrokenRule,
    UnknownConsent,
    UnknownRegistration,
    UnknownSession,
)
from services.events.domain.registration import LapseReason, Registration, Status
from services.events.store.deadlines import Deadline
from services.events.usecases import consenting, drawing, telling
from services.events.usecases.application import Events
from services.events.usecases.book import Book
from services.events.usecases.turns import change

log = getLogger(__name__)
AT_ONCE = 100
REMINDED_TOGETHER = 500
Happens = Callable[[Book, Deadline], Deadline | None]  # what is still to come of it


def sweep(app: Events) -> int:
    """Lets happen what is due; how many things were looked at. Safe in any number of processes.

    Each thing is done in one transaction with the end of its deadline. One that cannot be done
    does not keep the others waiting: it stays and is tried at the next sweep. Raises Unavailable.
    """
    due = app.store.deadlines.due(app.clock(), limit=AT_ONCE)
    for deadline in due:
        try:
            _happen(app, deadline)
        except Unavailable:
            raise
        except Exception:
            log.exception("%s stays due", deadline.kind)
    return len(due)


def _happen(app: Events, deadline: Deadline) -> None:
    if deadline.kind == "consent":
        _expire_consent(app, deadline)
    elif deadline.kind == "draw":
        _draw(app, deadline)
    else:
        try:
            session_id = _session_of(app, deadline)
            change(app, session_id, partial(_on_book, deadline=deadline))
        except (UnknownRegistration, UnknownSession):
            _forget(app, deadline)


def _session_of(app: Events, deadline: Deadline) -> str:
    if deadline.kind == "registration":
        return app.store.registrations.one(deadline.ref).session_id
    return deadline.ref


def _on_book(book: Book, *, deadline: Deadline) -> dict[str, object]:
    rest = None if book.session.is_over else HAPPENS[deadline.kind](book, deadline)
    deadlines, within = book.app.store.deadlines, book.transaction
    if rest:
        deadlines.set([rest], within=within)
    else:
        deadlines.done(deadline, within=within)
    return {}


def _forget(app: Events, deadline: Deadline) -> None:
    app.transactions.run(
        lambda transaction: app.store.deadlines.done(deadline, within=transaction)
    )


def _expire_consent(app: Events, deadline: Deadline) -> None:
    with suppress(UnknownConsent):  # answered meanwhile
        consenting.expire(app, deadline.ref)
    _forget(app, deadline)


def _draw(app: Events, deadline: Deadline) -> None:
    with suppress(BrokenRule):  # held by hand, moved or cancelled meanwhile
        drawing.hold(app, deadline.ref)
    _forget(app, deadline)


def _registration_ran_out(book: Book, deadline: Deadline) -> Deadline | None:
    """An offer lapses and goes on to the next; an approver who is late is named."""
    registration = book.registration(deadline.ref)
    if registration.until is None or registration.until > book.now:
        return None
    if registration.status == "offered":
        book.end(registration, "lapsed", "offer_expired")
        book.serve_line()
    elif registration.status == "pending_approval":
        overdue = book.tell(
            replace(registration, until=None, overdue_since=deadline.at),
            lambda each, ref: ApprovalOverdue(
                registration_id=each.registration_id, session=ref, since=deadline.at
            ),
        )
        book.put(registration, overdue)
    return None


def _wake_line(book: Book, _: Deadline) -> Deadline | None:
    """The hours in which people are asked have begun."""
    book.serve_line()
    return None


_WAITING: Mapping[Status, LapseReason] = {
    "waitlisted": "line_closed", "pending_consent": "consent_expired",
    "pending_approval": "approval_expired", "entered_draw": "line_closed",
    "offered": "offer_expired",
}


def _close_line(book: Book, _: Deadline) -> Deadline | None:
    """Too late to ask anybody: who still waits is told so, and free places are open to all."""
    return _end_all(book, {"waitlisted"})


def _end_waiting(book: Book, _: Deadline) -> Deadline | None:
    """The session begins: nobody waits any more."""
    return _end_all(book, set(_WAITING))


def _end_all(book: Book, statuses: set[Status]) -> Deadline | None:
    active = book.app.store.registrations.active(
        book.session.session_id, within=book.transaction
    )
    for registration in active:
        if registration.status in statuses:
            consenting.drop(book, registration)
            book.end(registration, "lapsed", _WAITING[registration.status])
    book.session = replace(book.session, line_paused=False)
    return None


def _remind(book: Book, deadline: Deadline) -> Deadline | None:
    """Tells those with a place; a large session in pieces, each in a transaction of its own."""
    registrations = book.app.store.registrations
    before = deadline.kind.removeprefix("remind-")
    confirmed = [
        each for each in registrations.confirmed(book.session.session_id, within=book.transaction)
        if each.arrival > deadline.after
    ]
    piece: list[Registration] = confirmed[:REMINDED_TOGETHER]
    for registration in piece:
        book.tell(registration, telling.reminder(before))
    registrations.count_told(piece, within=book.transaction)
    if len(piece) == len(confirmed):
        return None
    return replace(deadline, after=piece[-1].arrival)


def _count_crew(book: Book, _: Deadline) -> Deadline | None:
    """A shift with fewer people than it needs is told while somebody can still be found."""
    needed = book.session.terms.min_crew or 0
    if book.session.taken < needed:
        book.transaction.emit(
            CrewShort(session=telling.session_ref(book.session), needed=needed,
                      confirmed=book.session.taken)
        )
    return None


HAPPENS: Mapping[str, Happens] = {
    "registration": _registration_ran_out, "wake-line": _wake_line, "close-line": _close_line,
    "end-waiting": _end_waiting, "remind-24h": _remind, "remind-2h": _remind,
    "count-crew": _count_crew,
}
