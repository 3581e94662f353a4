"""The draw (抽签): seed fixed beforehand, held once, its list and result open to everybody."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from contracts.events import DrawCommitted, DrawHeld
from kernel.answers import Answer
from kernel.transaction import Transaction
from services.events.domain.broken import DrawAlreadyHeld, DrawNotDue, Full, NotADraw, SessionClosed
from services.events.domain.draw import (
    SEED_BYTES,
    Entry,
    code_of,
    drawn,
    list_sha256,
    seed_sha256,
)
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events
from services.events.usecases.book import NOBODY, Book, Caller
from services.events.usecases.telling import session_ref
from services.events.usecases.turns import change


def commit(app: Events, session: Session, transaction: Transaction) -> None:
    """Fixes the seed of a new session and tells its hash, before anybody can enter."""
    seed = secrets.token_hex(SEED_BYTES)
    app.store.draws.commit(
        session.session_id, seed_sha256=seed_sha256(seed), sealed_seed=app.vault.seal(seed),
        within=transaction,
    )
    transaction.emit(DrawCommitted(session=session_ref(session), seed_sha256=seed_sha256(seed)))


def hold(app: Events, session_id: str, *, caller: Caller = NOBODY) -> Answer:
    """Draws: places in the order of the draw, the rest in line in it. Once; {entries, seated}.

    Raises UnknownSession, NotADraw, DrawNotDue before sign-up has ended, DrawAlreadyHeld,
    SessionClosed.
    """

    def work(book: Book) -> Answer:
        kept = app.store.draws.one(session_id, within=book.transaction)
        if kept is None:
            raise NotADraw
        if book.session.is_over:
            raise SessionClosed
        if book.session.drawn_at is not None:
            raise DrawAlreadyHeld
        if book.now < book.session.signup_ends_at:
            raise DrawNotDue(book.session.signup_ends_at)
        return _hold(book, app.vault.open(kept["sealed_seed"]))

    return change(app, session_id, work, caller=caller)


def _hold(book: Book, seed: str) -> Answer:
    store, within = book.app.store, book.transaction
    active = store.registrations.active(book.session.session_id, within=within)
    entered = {code_of(each.registration_id): each for each in active
               if each.status == "entered_draw"}
    entries = [Entry(code=code, size=each.size) for code, each in entered.items()]
    book.session = replace(book.session, drawn_at=book.now)
    order = drawn(entries, seed=seed)
    results = [_place(book, entered[entry.code], entry) for entry in order]
    seated = sum(each["size"] for each in results if each["status"] == "confirmed")
    result = {
        "seed": seed, "list_sha256": list_sha256(entries), "drawn_at": book.now,
        "order": results, "seated": seated,
    }
    store.draws.publish(book.session.session_id, result, within=within)
    book.transaction.emit(
        DrawHeld(
            session=session_ref(book.session), seed_sha256=seed_sha256(seed), seed=seed,
            list_sha256=result["list_sha256"], entries=len(entries), seated=seated,
        )
    )
    return {"entries": len(entries), "seated": seated}


def _place(book: Book, registration: Registration, entry: Entry) -> dict[str, Any]:
    try:
        after = book.enter(registration)
    except Full:
        after = book.end(registration, "lapsed", "line_closed")
    else:
        book.put(registration, after)
    return {"code": entry.code, "size": entry.size, "status": after.status}


def look(app: Events, session_id: str) -> dict[str, Any]:
    """What anybody may know of the draw: the hash; after it seed, list and order as well.

    Raises UnknownSession, NotADraw.
    """
    session = app.store.sessions.one(session_id)
    kept = app.store.draws.one(session_id)
    if kept is None:
        raise NotADraw
    return {
        "session_id": session_id, "seed_sha256": kept["seed_sha256"],
        "closes_at": session.signup_ends_at, **(kept["result"] or {}),
    }
