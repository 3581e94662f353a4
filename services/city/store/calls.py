"""The log of calls to receivers: every attempt, for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from services.city.domain.webhook import Attempt

CALLS = "webhook_calls"
INDEXES: Mapping[str, list[IndexModel]] = {
    CALLS: [
        IndexModel([("name", ASCENDING), ("at", ASCENDING)], name="of_webhook"),
        IndexModel([("name", ASCENDING), ("id", ASCENDING)], name="of_fact"),
        IndexModel("at", name="by_time"),
    ],
}
FAILURES = ("failed", "given_up")


@dataclass(frozen=True)
class Counts:
    """Calls to one receiver since a moment."""

    all: int
    failed: int

    @property
    def ratio(self) -> float:
        return self.failed / self.all if self.all else 0.0


class Calls:
    """Methods may raise pymongo's errors."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database[CALLS]

    def add(self, attempts: Sequence[Attempt]) -> None:
        if attempts:
            self._documents.insert_many(
                [{"_id": each.call_id, **{name: value for name, value in vars(each).items()
                                          if name != "call_id"}} for each in attempts])

    def latest(self, name: str, *, failed: bool = False, skip: int = 0,
               limit: int = 50) -> list[Attempt]:
        """Newest first."""
        wanted: dict[str, Any] = {"name": name}
        if failed:
            wanted["outcome"] = {"$in": list(FAILURES)}
        found = self._documents.find(wanted).sort([("at", DESCENDING), ("_id", DESCENDING)])
        return [_attempt(each) for each in found.skip(skip).limit(limit)]

    def of(self, name: str, id: str) -> Attempt | None:
        """The latest call that told the receiver of this fact or ping."""
        found = self._documents.find_one({"name": name, "id": id}, sort=[("at", DESCENDING)])
        return _attempt(found) if found else None

    def counts(self, name: str, since: datetime) -> Counts:
        wanted = {"name": name, "at": {"$gte": since}}
        failed = {**wanted, "outcome": {"$in": list(FAILURES)}}
        return Counts(self._documents.count_documents(wanted),
                      self._documents.count_documents(failed))

    def forget(self, before: datetime, *, most: int = 10_000) -> int:
        """Drop the oldest calls from before the moment; how many."""
        old = self._documents.find({"at": {"$lt": before}}, {"_id": 1}).limit(most)
        return self._dropped([row["_id"] for row in old])

    def forget_beyond(self, name: str, kept: int) -> None:
        """Drop all but so many of the newest of one receiver."""
        found = self._documents.find({"name": name}, {"at": 1}).sort("at", DESCENDING)
        edge = next(iter(found.skip(kept).limit(1)), None)
        if edge:
            self._documents.delete_many({"name": name, "at": {"$lte": edge["at"]}})

    def _dropped(self, ids: list[str]) -> int:
        return self._documents.delete_many({"_id": {"$in": ids}}).deleted_count


def _attempt(document: dict[str, Any]) -> Attempt:
    return Attempt(call_id=document["_id"],
                   **{name: value for name, value in document.items() if name != "_id"})
