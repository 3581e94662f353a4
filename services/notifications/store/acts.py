"""What staff did about messages, broadcasts and providers: who, when, what and why; only added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "acts": [
        IndexModel([("subject", ASCENDING), ("at", DESCENDING)], name="subject"),
        IndexModel([("at", DESCENDING)], name="latest"),
    ],
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """`subject` is what it was done to, e.g. `message/<id>`; `by` the name of an account."""

    subject: str
    action: str
    by: str
    at: datetime
    reason: str
    outcome: str = ""


class Acts:
    """Collection `acts`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["acts"]

    def add(self, act: Act, *, within: Transaction) -> None:
        """Writes it down, for ever."""
        document = {**vars(act), "_id": within.new_id()}
        self._documents.insert_one(document, session=within.session)

    def of(self, subject: str, *, limit: int = 50) -> list[Act]:
        """What was done to it, newest first."""
        return self._found({"subject": subject}, limit)

    def latest(self, *, limit: int) -> list[Act]:
        """What was done to anything, newest first."""
        return self._found({}, limit)

    def _found(self, query: dict[str, Any], limit: int) -> list[Act]:
        with available():
            found = self._documents.find(query, {"_id": 0}).sort("at", DESCENDING).limit(limit)
            return [Act(**each) for each in found]
