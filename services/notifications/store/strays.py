"""Receipts that name no attempt of ours: kept apart for a month, then forgotten (N-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "strays": [IndexModel([("at", ASCENDING)], name="forgotten", expireAfterSeconds=30 * 86_400)],
}


class Strays:
    """Collection `strays`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["strays"]

    def add(self, provider: str, named: str, state: str, *, within: Transaction) -> None:
        stray = {"provider": provider, "named": named[:64], "state": state, "at": within.now}
        self._documents.insert_one(stray, session=within.session)
