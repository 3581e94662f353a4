"""Who is signed in: a browser's token against what is known of the account now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from contracts.events import AccountChanged, LoginEnded
from kernel.accounts import Accounts
from kernel.clock import Clock
from kernel.envelope import Envelope
from kernel.login_token import Checker, Kind, Login
from kernel.rights import Resident, Rights, Scope, rights_of_staff
from kernel.transaction import Transaction, Transactions


def keep_accounts(transactions: Transactions, queue: str, heard: list[Envelope]) -> None:
    """Keeps what was told about accounts. Safe to repeat, in any order."""
    accounts = Accounts(transactions.database)

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        for envelope in fresh:
            fact = envelope.fact()
            if isinstance(fact, AccountChanged):
                accounts.change(fact, envelope.sequence, session=transaction.session)
            elif isinstance(fact, LoginEnded):
                accounts.end(fact, transaction.now, session=transaction.session)

    transactions.hear(queue, heard, work)


class Logins:
    """Reads the token that a browser kept: who it is, and what they may do now."""

    def __init__(self, accounts: Accounts, checker: Checker, clock: Clock) -> None:
        self._accounts, self._checker, self._clock = accounts, checker, clock

    def staff(self, token: str) -> Rights | None:
        """The member's rights as they stand now, or None for a token that opens nothing (any
        more). Raises Unavailable when the database cannot be asked."""
        found = self._standing(token, "staff")
        if found is None:
            return None
        login, row = found
        refs: Iterable[str] = row["person_refs"]
        return rights_of_staff(
            row["name"], row["roles"], account_id=login.account_id, login_id=login.login_id,
            person_ref=next(iter(refs), None),
            scope=Scope(programmes=frozenset(row["programmes"]), streets=frozenset(row["streets"])),
        )

    def resident(self, token: str) -> Resident | None:
        """The resident's account, or None as above. Raises Unavailable."""
        found = self._standing(token, "resident")
        if found is None:
            return None
        login, row = found
        return Resident(account_id=login.account_id, login_id=login.login_id,
                        person_refs=tuple(row["person_refs"]))

    def login(self, token: str, kind: Kind) -> Login | None:
        """The login alone, whether or not it was ended: for signing out."""
        return self._checker.read(token, kind, self._clock())

    def left(self, token: str, kind: Kind) -> timedelta | None:
        """How long the token still holds, whatever became of the login."""
        login = self.login(token, kind)
        return login.expires_at - self._clock() if login else None

    def _standing(self, token: str, kind: Kind) -> tuple[Login, Mapping[str, Any]] | None:
        login = self.login(token, kind)
        row = self._accounts.row(login.account_id) if login else None
        if login is None or row is None or row.get("kind") != kind or not row["open"]:
            return None
        is_ended = any(each["login_id"] == login.login_id for each in row.get("ended", ()))
        return None if is_ended or login.began < row["logins_from"] else (login, row)
