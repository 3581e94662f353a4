"""Sessions that run or are about to, with how their places fill."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from services.stats.domain.session import Session
from services.stats.store.rows import to_row

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {
    "sessions": [IndexModel([("closed", ASCENDING), ("ends_at", ASCENDING)], name="running")],
}


class Calendar:
    """Collection `sessions`, as the folds keep it."""

    def __init__(self, database: Database[Document], generation: str) -> None:
        self._documents = database[f"sessions{generation}"]

    def running(self, now: datetime, *, count: int, without: Collection[str]) -> list[Session]:
        """Neither closed, cancelled, over nor confidential, the earliest first, places known."""
        asked = {
            "closed": 0, "cancelled": {"$in": [0, None]}, "ends_at": {"$gt": now},
            "capacity": {"$ne": None},
            "place.confidential": False, "place.programme": {"$nin": sorted(without)},
        }
        found = self._documents.find(asked).sort("starts_at", ASCENDING).limit(count)
        return [to_row(Session, document) for document in found]
