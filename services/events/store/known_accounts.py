"""What this service knows of accounts as all others do (`kernel.accounts`), kept at the change."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pymongo.database import Database

from contracts.events import AccountChanged, LoginEnded
from kernel.accounts import Accounts
from kernel.telling import take
from kernel.transaction import Transaction


class KnownAccounts:
    """The owner's copy: it never waits for its own facts to come back."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database, self._accounts = database, Accounts(database)

    def change(self, fact: AccountChanged, *, within: Transaction) -> int:
        """Keeps the account as told; the number that the fact has to carry. Raises LostRace."""
        subject = fact.subject()
        last = take(self._database, Counter({subject: 1}), within.session)
        sequence = last[subject] + 1
        self._accounts.change(fact, sequence, session=within.session)
        return sequence

    def end(self, fact: LoginEnded, *, within: Transaction) -> None:
        """Keeps that the login is over."""
        self._accounts.end(fact, within.now, session=within.session)
