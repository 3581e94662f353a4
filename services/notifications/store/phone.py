"""The demonstration phone: what the console provider was given to send, numbers masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available

KEPT_DAYS = 30
INDEXES: Mapping[str, list[IndexModel]] = {
    "phone": [
        IndexModel([("at", ASCENDING)], name="forgotten", expireAfterSeconds=KEPT_DAYS * 86_400)
    ],
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One SMS on the phone; the middle of the number is never kept."""

    number: str
    text: str
    at: datetime


class Phone:
    """Collection `phone`, by attempt."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["phone"]

    def show(self, attempt_id: str, shown: Shown) -> None:
        with available():
            self._documents.insert_one({"_id": attempt_id, **vars(shown)})

    def latest(self, limit: int) -> list[Shown]:
        """Newest first."""
        with available():
            found = self._documents.find().sort("at", DESCENDING).limit(limit)
            return [Shown(number=one["number"], text=one["text"], at=one["at"]) for one in found]
