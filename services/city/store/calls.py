"""The log of calls to receivers: every attempt, for a while; and how many there were lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from services.city.domain.webhook import Attempt

CALLS, COUNTS = "webhook_calls", "webhook_call_counts"
INDEXES: Mapping[str, list[IndexModel]] = {
    CALLS: [
        IndexModel([("name", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)], name="in_order"),
        IndexModel([("name", ASCENDING), ("id", ASCENDING)], name="of_fact"),
        IndexModel("at", name="by_time"),
    ],
    COUNTS: [],
}
FAILURES = ("failed", "given_up")
SPAN = 600  # seconds
COUNTED = timedelta(days=1)


@dataclass(frozen=True)
class Counts:
    """Calls to one receiver since a moment, and when the latest of all was."""

    all: int
    failed: int
    last_at: datetime | None

    @property
    def ratio(self) -> float:
        return self.failed / self.all if self.all else 0.0


class Calls:
    """Methods may raise pymongo's errors."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents, self._counts = database[CALLS], database[COUNTS]

    def add(self, name: str, attempts: Sequence[Attempt]) -> None:
        """Calls to one receiver. Not safe to repeat."""
        if not attempts:
            return
        self._documents.insert_many(
            [{"_id": each.call_id, **{field: value for field, value in vars(each).items()
                                      if field != "call_id"}} for each in attempts])
        more = Counter(kept=len(attempts))
        for each in attempts:
            span = f"spans.{int(each.at.timestamp() // SPAN)}"
            more[f"{span}.all"] += 1
            more[f"{span}.failed"] += each.outcome in FAILURES
        self._counts.update_one(
            {"_id": name}, {"$inc": more, "$max": {"last_at": max(each.at for each in attempts)}},
            upsert=True)

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
        """Of the last day at most, by spans of ten minutes."""
        found = self._counted(name)
        spans = [each for span, each in found.get("spans", {}).items()
                 if int(span) >= since.timestamp() // SPAN]
        return Counts(sum(each["all"] for each in spans), sum(each["failed"] for each in spans),
                      found.get("last_at"))

    def forget(self, before: datetime, *, most: int = 10_000) -> int:
        """Drop the oldest calls from before the moment; how many."""
        old = self._documents.find({"at": {"$lt": before}}, {"_id": 1}).limit(most)
        return self._dropped([row["_id"] for row in old])

    def forget_beyond(self, name: str, kept: int) -> None:
        """Drop all but so many of the newest of one receiver. Looks at them only when there may be
        more: `kept` counts what was added, and not what went by its age."""
        counted = self._counted(name).get("kept", 0)
        if counted <= kept:
            return
        found = self._documents.find({"name": name}, {"at": 1}).sort("at", DESCENDING)
        edge = next(iter(found.skip(kept).limit(1)), None)
        if edge:
            self._documents.delete_many({"name": name, "at": {"$lte": edge["at"]}})
        left = self._documents.count_documents({"name": name})
        self._counts.update_one({"_id": name}, {"$inc": {"kept": left - counted}})

    def forget_counts(self, name: str, now: datetime) -> None:
        """Drop what is older than counts are asked for."""
        oldest = (now - COUNTED).timestamp() // SPAN
        old = [span for span in self._counted(name).get("spans", {}) if int(span) < oldest]
        if old:
            gone = {f"spans.{span}": "" for span in old}
            self._counts.update_one({"_id": name}, {"$unset": gone})

    def _counted(self, name: str) -> dict[str, Any]:
        return self._counts.find_one({"_id": name}) or {}

    def _dropped(self, ids: list[str]) -> int:
        return self._documents.delete_many({"_id": {"$in": ids}}).deleted_count


def _attempt(document: dict[str, Any]) -> Attempt:
    return Attempt(call_id=document["_id"],
                   **{name: value for name, value in document.items() if name != "_id"})
