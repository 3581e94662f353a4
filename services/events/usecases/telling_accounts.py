"""Accounts of staff and residents told to all services, and known here in the same commit."""

from __future__ import annotations

from contracts.events import AccountChanged, LoginEnded
from kernel.transaction import Transaction
from services.events.usecases.application import Events


def tell_account(app: Events, fact: AccountChanged, *, within: Transaction) -> None:
    """The whole account as it stands now. Here it counts with the commit, elsewhere when it is
    heard. Safe to repeat."""
    sequence = app.store.known_accounts.change(fact, within=within)
    within.emit(fact, sequence=sequence)


def tell_end(app: Events, fact: LoginEnded, *, within: Transaction) -> None:
    """One login is over; likewise."""
    app.store.known_accounts.end(fact, within=within)
    within.emit(fact)
