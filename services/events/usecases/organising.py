"""What organisers change: a session's time, place and number of places, or that it is at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.events import SessionCancelled, SessionMoved
from kernel.answers import Answer
from services.events.domain.broken import (
    AlreadyAttended,
    BelowTaken,
    SessionClosed,
    UnknownPool,
    WouldNeverStart,
)
from services.events.domain.limits import engagement
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases import consenting, telling
from services.events.usecases.activities import deadlines
from services.events.usecases.application import Events
from services.events.usecases.book import Book, Caller
from services.events.usecases.turns import change

MOVED = ("starts_at", "ends_at", "place", "street")


def change_session(app: Events, session_id: str, order: Mapping[str, Any], *,
                   caller: Caller) -> Answer:
    """Sets what `order` names: starts_at, ends_at, place, street, capacity, pools ({key: places}).

    A new time or place tells everybody once and asks guardians anew; more places go to the line.
    The same order again changes and tells nothing. Raises UnknownSession, SessionClosed,
    WouldNeverStart, BelowTaken, UnknownPool.
    """

    def work(book: Book) -> Answer:
        was = book.session
        if was.is_over:
            raise SessionClosed
        book.session = changed(was, order)
        is_moved = moves(was, book.session)
        if is_moved:
            check_times(book.session, book.now)
            book.session = replace(book.session, revision=was.revision + 1)
        if is_moved or book.session != was:
            _tell_moved(book, was)
        if is_moved:
            _move_everybody(book, was)
        book.serve_line()
        book.transaction.note({"revision": was.revision, "starts_at": was.starts_at},
                              {"revision": book.session.revision,
                               "starts_at": book.session.starts_at})
        return {"session_id": session_id, "revision": book.session.revision}

    return change(app, session_id, work, caller=caller)


def moves(was: Session, now: Session) -> bool:
    """Whether people have to be told of the change: another time or place."""
    return any(getattr(was, name) != getattr(now, name) for name in MOVED)


def changed(session: Session, order: Mapping[str, Any]) -> Session:
    """The session as the order has it. Raises BelowTaken."""
    named = {name: order[name] for name in (*MOVED, "capacity") if order.get(name) is not None}
    pools: Mapping[str, int] = order.get("pools") or {}
    known = [pool.key for pool in session.pools]
    if unknown := sorted(pools.keys() - set(known)):
        raise UnknownPool(unknown, known=known)
    after = replace(
        session, **named,
        pools=tuple(
            replace(pool, capacity=pools.get(pool.key, pool.capacity)) for pool in session.pools
        ),
    )
    if after.capacity < after.taken:
        raise BelowTaken(after.taken)
    for pool in after.pools:
        if pool.left < 0:
            raise BelowTaken(pool.taken)
    return after


def check_times(session: Session, now: datetime) -> None:
    """Raises WouldNeverStart for a session that would be over, or have begun, already."""
    if session.ends_at <= session.starts_at or session.starts_at <= now:
        raise WouldNeverStart


def _tell_moved(book: Book, was: Session) -> None:
    book.transaction.emit(
        SessionMoved(
            session=telling.session_ref(book.session), capacity=book.session.capacity,
            was_starts_at=was.starts_at, was_ends_at=was.ends_at,
        )
    )


def _move_everybody(book: Book, was: Session) -> None:
    """Engagements, reminders and the activity's span follow; each active party is told once."""
    store, within = book.app.store, book.transaction
    active = store.registrations.active(was.session_id, within=within)
    people = [ref for each in active for ref in each.party]
    store.people.reengage(people, engagement(book.session), within=within)
    store.deadlines.clear((each.key for each in deadlines(was, was.starts_at)), within=within)
    store.deadlines.set(deadlines(book.session, book.now), within=within)
    _span(book)
    told = []
    for registration in active:
        asked = _in_time(book.session, consenting.ask_again(book, registration))
        moved = book.tell(asked, telling.moved(was))
        if asked is registration:
            told.append(registration)
        else:
            book.put(registration, moved if asked.consented else book.enter(moved))
    store.registrations.count_told(told, changed_at=book.now, within=within)


def _in_time(session: Session, registration: Registration) -> Registration:
    """Nothing is left to be decided after the session's new start, no offer after its cut-off."""
    offered = registration.status == "offered"
    latest = session.line_closes_at if offered else session.starts_at
    if registration.until is None or registration.until <= latest:
        return registration
    return replace(registration, until=latest)


def _span(book: Book) -> None:
    """The activity's first start and last end, by which lists find it."""
    store, activity_id = book.app.store, book.session.activity_id
    others = store.sessions.of_activities([activity_id]).get(activity_id, [])
    sessions = [each for each in others if each.session_id != book.session.session_id]
    sessions.append(book.session)
    span = {"first_start": min(each.starts_at for each in sessions),
            "last_end": max(each.ends_at for each in sessions)}
    store.activities.change(activity_id, span, within=book.transaction)


def cancel_session(app: Events, session_id: str, *, caller: Caller) -> Answer:
    """The session will not take place: everybody is told and free again; it stays in history.

    Safe to repeat. Raises UnknownSession, SessionClosed for one whose attendance is final,
    AlreadyAttended for one that people came to: it is closed, not cancelled (C-15).
    """

    def work(book: Book) -> Answer:
        session = book.session
        if session.closed_at is not None:
            raise SessionClosed
        if session.cancelled_at is None:
            _check_nobody_came(book)
            _cancel(book)
        book.transaction.note({}, {"session_id": session_id, "cancelled": True})
        return {"session_id": session_id, "cancelled": True}

    return change(app, session_id, work, caller=caller)


def _check_nobody_came(book: Book) -> None:
    active = book.app.store.registrations.active(
        book.session.session_id, within=book.transaction
    )
    if any(each.attended for each in active):
        raise AlreadyAttended


def _cancel(book: Book) -> None:
    store, within = book.app.store, book.transaction
    session_id = book.session.session_id
    for registration in store.registrations.active(session_id, within=within):
        consenting.drop(book, registration)
        book.end(registration, "cancelled", "session_cancelled")
    store.deadlines.clear(
        (each.key for each in deadlines(book.session, book.session.starts_at)), within=within
    )
    book.session = replace(book.session, cancelled_at=book.now, line_paused=False)
    book.transaction.emit(SessionCancelled(session=telling.session_ref(book.session)))


def cancel_activity(app: Events, activity_id: str, *, caller: Caller) -> Answer:
    """Cancels every session that is not closed yet, then the activity. Safe to repeat.

    Raises UnknownActivity; AlreadyAttended when people came to one that is not closed.
    """
    app.store.activities.one(activity_id)
    sessions = app.store.sessions.of_activities([activity_id]).get(activity_id, [])
    cancelled = [each.session_id for each in sessions if each.closed_at is None]
    alone = replace(caller, once=None)  # the key is the activity's; each session is safe to repeat
    for session_id in cancelled:
        cancel_session(app, session_id, caller=alone)
    app.transactions.run(
        lambda transaction: app.store.activities.change(
            activity_id, {"cancelled_at": transaction.now}, within=transaction
        )
    )
    return {"activity_id": activity_id, "session_ids": cancelled}
