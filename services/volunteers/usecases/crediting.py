"""Hearing: what the events service tells of scans, closings and moves becomes the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from contracts.events import SessionCancelled, SessionMoved
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.volunteers import domain
from services.volunteers.domain.attendance import Told
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.session import News
from services.volunteers.usecases.application import App
from services.volunteers.usecases.book import Book
from services.volunteers.usecases.telling import counted

CREDIT_HOURS = "volunteers.credit-hours"
Move = SessionMoved | SessionCancelled


def credit_hours(app: App, heard: list[Envelope]) -> None:
    """Enters what these facts change in the ledger and tells it, all or nothing.

    Safe to repeat for ever and in any order: what an attendance has applied is known by its
    sequence, so no inbox is kept (C-13). Raises Unavailable, or what a fact that cannot be read
    raises.
    """
    told = [(envelope, envelope.fact()) for envelope in _unique(heard)]
    moves = [(each, fact) for each, fact in told
             if isinstance(fact, Move) and domain.is_credited(fact.session)]
    scans = [(each, fact) for each, fact in told
             if isinstance(fact, Told) and domain.is_credited(fact.session)]
    if not scans and not moves:
        return
    counted(app.transactions.run(lambda within: _credit(app, within, scans, moves)))


def _unique(heard: Iterable[Envelope]) -> list[Envelope]:
    return list({envelope.id: envelope for envelope in heard}.values())


def _credit(app: App, transaction: Transaction, scans: list[tuple[Envelope, Told]],
            moves: list[tuple[Envelope, Move]]) -> list[Entry]:
    book = Book(app=app, transaction=transaction)
    book.open([*(_moved(*each) for each in moves), *(_scanned(*each) for each in scans)])
    for envelope, moved in moves:
        for person_ref in book.sessions[moved.session.session_id].people:
            book.causes[person_ref] = envelope
    turns: dict[tuple[str, str], list[tuple[int, Told]]] = defaultdict(list)
    for envelope, fact in scans:
        turns[fact.session.session_id, fact.person_ref].append((envelope.sequence, fact))
        book.causes[fact.person_ref] = envelope
    for (session_id, person_ref), told in turns.items():
        book.put(domain.hear(book.attendance(session_id, person_ref), told), "scans")
    return book.settle()


def _moved(envelope: Envelope, fact: Move) -> News:
    """The last fact of a session, by its number, has the last word on its time."""
    return News(ref=fact.session, version=(envelope.sequence, envelope.time),
                cancelled=isinstance(fact, SessionCancelled))


def _scanned(envelope: Envelope, fact: Told) -> News:
    """What a scan says of its session counts until a move was heard."""
    return News(ref=fact.session, version=(0, envelope.time), person_ref=fact.person_ref)
