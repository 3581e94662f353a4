"""Messages as staff look at them: counted, listed and found; nothing here changes one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.database import Database

from kernel.mongo import available

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many messages of a purpose are in a state, and when the oldest was written."""

    purpose: str
    state: str
    count: int
    oldest: datetime


class Overview:
    """Reads collection `messages`."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["messages"]

    def counted(self) -> list[Counted]:
        """All messages by purpose and state."""
        group = {"_id": {"purpose": "$purpose", "state": "$state"}, "count": {"$sum": 1},
                 "oldest": {"$min": "$written_at"}}
        with available():
            return [
                Counted(purpose=each["_id"]["purpose"], state=each["_id"]["state"],
                        count=each["count"], oldest=each["oldest"])
                for each in self._documents.aggregate([{"$group": group}])
            ]

    def states_of(self, key: str) -> dict[str, int]:
        """How many messages of a broadcast (or person, or registration) are in which state."""
        group = {"_id": "$state", "count": {"$sum": 1}}
        with available():
            found = self._documents.aggregate([{"$match": {"keys": key}}, {"$group": group}])
            return {each["_id"]: each["count"] for each in found}

    def ids(self, key: str, states: Collection[str], *, limit: int) -> list[str]:
        """Ids of the key's messages in these states."""
        query = {"keys": key, "state": {"$in": list(states)}}
        with available():
            return [each["_id"] for each in self._documents.find(query, {"_id": 1}).limit(limit)]

    def listed(self, *, states: Collection[str] = (), purpose: str | None = None,
               key: str | None = None, skip: int, limit: int) -> list[Document]:
        """Messages of all that is asked, the newest first."""
        query: Document = {}
        if states:
            query["state"] = {"$in": list(states)}
        if purpose:
            query["purpose"] = purpose
        if key:
            query["keys"] = key
        with available():
            found = self._documents.find(query).sort("written_at", DESCENDING)
            return list(found.skip(skip).limit(limit))
