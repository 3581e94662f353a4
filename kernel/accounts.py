"""Accounts as every service knows them: its own copy, kept from facts, that logins are read by.

Rows are `{_id: account_id, sequence, kind, name, roles, programmes, streets, person_refs, open,
logins_from, ended: [{login_id, expires_at}]}`. The service that owns accounts keeps its own copy in
the commit of the change; the others hear of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from contracts.events import AccountChanged, LoginEnded
from kernel.mongo import available

ACCOUNTS = "accounts"
INDEXES: Mapping[str, list[IndexModel]] = {ACCOUNTS: []}


class Accounts:
    """The copy of one service."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database[ACCOUNTS]

    def change(self, fact: AccountChanged, sequence: int, *, session: ClientSession | None) -> None:
        """Keeps the account as told; an older telling than the one known changes nothing."""
        row = {
            "sequence": sequence, "kind": fact.kind, "name": fact.account_name,
            "roles": list(fact.roles), "programmes": list(fact.programmes),
            "streets": list(fact.streets), "person_refs": list(fact.person_refs),
            "open": fact.open, "logins_from": fact.logins_from,
        }
        self._meet(fact.account_id, session)
        self._rows.update_one({"_id": fact.account_id, "sequence": {"$lt": sequence}},
                              {"$set": row}, session=session)

    def end(self, fact: LoginEnded, now: datetime, *, session: ClientSession | None) -> None:
        """Remembers that the login is over, for as long as its token would have held."""
        if fact.expires_at <= now:
            return
        ended = {"login_id": fact.login_id, "expires_at": fact.expires_at}
        self._meet(fact.account_id, session)
        self._rows.update_one({"_id": fact.account_id},
                              {"$pull": {"ended": {"expires_at": {"$lte": now}}}}, session=session)
        self._rows.update_one({"_id": fact.account_id}, {"$addToSet": {"ended": ended}},
                              session=session)

    def row(self, account_id: str) -> Mapping[str, Any] | None:
        """The account, None for one of which nothing was heard. Raises Unavailable."""
        with available():
            return self._rows.find_one({"_id": account_id})

    def _meet(self, account_id: str, session: ClientSession | None) -> None:
        """There is a row for the account from now on, whatever is heard of it first."""
        self._rows.update_one({"_id": account_id}, {"$setOnInsert": {"sequence": 0}},
                              upsert=True, session=session)
