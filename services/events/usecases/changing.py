"""Changes to one registration: cancel, accept, decline, decide, move up; freed places go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from kernel.answers import Answer
from services.events.domain.broken import NotPending, OfferExpired, PartialApproval
from services.events.domain.registration import Registration
from services.events.domain.signup import check_cancel
from services.events.usecases import consenting, telling
from services.events.usecases.application import Events
from services.events.usecases.book import Book, Caller
from services.events.usecases.holding import check_holder
from services.events.usecases.registrations import answer_of
from services.events.usecases.turns import change


def _of_registration(app: Events, registration_id: str, caller: Caller,
                     work: Callable[[Book, Registration], Registration]) -> Answer:
    known = app.store.registrations.one(registration_id)
    check_holder(app, known, caller)

    def on_book(book: Book) -> dict[str, Any]:
        before = book.registration(registration_id)
        after = work(book, before)
        book.transaction.note(_noted(before), {**_noted(after), "registration_id": registration_id})
        return answer_of(after, None)

    return change(app, known.session_id, on_book, caller=caller)


def _noted(registration: Registration) -> dict[str, Any]:
    return {"status": registration.status, "priority": registration.priority}


def cancel(app: Events, registration_id: str, *, caller: Caller) -> Answer:
    """Ends the registration; freed places go to the line in the same transaction. Safe to repeat.

    Raises UnknownRegistration, NotHolder, AlreadyAttended, SessionClosed.
    """

    def work(book: Book, registration: Registration) -> Registration:
        if not registration.is_active:
            return registration
        check_cancel(book.session, registration, book.now, staff=caller.staff)
        consenting.drop(book, registration)
        ended = book.end(registration, "cancelled", "staff" if caller.staff else "resident")
        book.serve_line()
        return ended

    return _of_registration(app, registration_id, caller, work)


def accept(app: Events, registration_id: str, *, caller: Caller) -> Answer:
    """Takes an offered place. Safe to repeat. Raises UnknownRegistration, NotHolder and
    OfferExpired."""

    def work(book: Book, registration: Registration) -> Registration:
        if registration.status == "confirmed":
            return registration
        is_offered = registration.status == "offered" and registration.until is not None
        if not is_offered or book.now >= registration.until:  # type: ignore[operator]
            raise OfferExpired
        taken = book.tell(
            replace(registration, status="confirmed", until=None), telling.promoted
        )
        book.put(registration, taken)
        return taken

    return _of_registration(app, registration_id, caller, work)


def decline(app: Events, registration_id: str, *, caller: Caller) -> Answer:
    """Gives an offered place on. Safe to repeat. Raises UnknownRegistration, OfferExpired."""

    def work(book: Book, registration: Registration) -> Registration:
        if registration.reason == "offer_declined":
            return registration
        if registration.status != "offered":
            raise OfferExpired
        ended = book.end(registration, "lapsed", "offer_declined")
        book.serve_line()
        return ended

    return _of_registration(app, registration_id, caller, work)


def decide(app: Events, registration_id: str, *, decision: Literal["approve", "refuse"],
           note: str, persons: list[str] | None, caller: Caller) -> Answer:
    """The organiser's word on a party as a whole, with its reason in words for the person.

    Raises UnknownRegistration, PartialApproval when `persons` names some of the party only,
    NotPending; Full when approval finds neither place nor line.
    """

    def work(book: Book, registration: Registration) -> Registration:
        if persons is not None and set(persons) != set(registration.party):
            raise PartialApproval
        if registration.status != "pending_approval":
            raise NotPending(registration.status)
        if decision == "refuse":
            ended = book.end(registration, "lapsed", "approval_refused", note or None)
            book.serve_line()
            return ended
        approved = book.enter(replace(registration, approved=True, note=note or None))
        book.put(registration, approved)
        return approved

    return _of_registration(app, registration_id, caller, work)


def prioritise(app: Events, registration_id: str, *, priority: int, caller: Caller) -> Answer:
    """Moves a waiting party to another priority. Raises UnknownRegistration, NotPending."""

    def work(book: Book, registration: Registration) -> Registration:
        if registration.status != "waitlisted":
            raise NotPending(registration.status)
        moved = replace(registration, priority=priority)
        moved = book.tell(moved, telling.waitlisted(book.position_at(moved)))
        book.put(registration, moved)
        return moved

    return _of_registration(app, registration_id, caller, work)
