"""Which alerts of goals were told: collection `goals`, one small document each, kept for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"goals": []}


class Told:
    """Two processes that tell the same conflict over its document, and the second looks again."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["goals"]

    def keep(self, key: str, *, within: Transaction) -> bool:
        """Whether it was not told before; from now on it is."""
        done = self._documents.update_one(
            {"_id": key}, {"$setOnInsert": {"told_at": within.now}}, upsert=True,
            session=within.session)
        return done.upserted_id is not None
