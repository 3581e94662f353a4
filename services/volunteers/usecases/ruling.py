"""Deciding: rulings on sessions and approvals of days enter the ledger like everything heard."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.transaction import Transaction
from services.volunteers import domain
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.ruling import DayApproval, Ruling, check, kept
from services.volunteers.domain.session import UNTOLD, News
from services.volunteers.usecases.application import App
from services.volunteers.usecases.book import Book


def rule(app: App, transaction: Transaction, rulings: Sequence[Ruling]) -> list[Entry]:
    """Lets these decisions count, within the caller's transaction; the entries that came of it.

    For organisers who confirm a held check-out (C-05), corrections (C-16), missing records (C-20)
    and imports. Entries of other sessions may be among them: overlaps and the day's limit are
    weighed anew. Nothing for what was decided before: safe to repeat. Facts are emitted here; call
    `telling.counted` with the entries once committed. Raises NoVoluntaryService, NothingDecided,
    SpansOverlap, LongerThanSession, with nothing written.
    """
    book = Book(app=app, transaction=transaction)
    book.open([
        News(ref=each.session, version=UNTOLD, person_ref=each.person_ref)
        for each in rulings
    ])
    for each in rulings:
        check(each, book.sessions[each.session.session_id].ref)
    for each in rulings:
        attendance = book.attendance(each.session.session_id, each.person_ref)
        book.put(domain.ruled(attendance, kept(each)), "decision")
    return book.settle()


def approve(app: App, transaction: Transaction, approvals: Sequence[DayApproval]) -> list[Entry]:
    """Lets these approvals of days over the limit count (C-09); otherwise as `rule`."""
    book = Book(app=app, transaction=transaction)
    book.open([], days=[(each.person_ref, each.day) for each in approvals])
    for each in approvals:
        book.folios[each.person_ref].approve(each)
    return book.settle()
