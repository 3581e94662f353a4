"""The feed: every public fact once, by the position it was given after it was published.

A position is the next number of one document, taken in the transaction that writes the rows: who
sees position 12 has already been able to see 11, so nobody who reads on behind what they know
misses a fact that was committed late (RELIABILITY 6.7).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.unit import Transaction

FEED, HEADS = "feed", "feed_heads"
INDEXES: Mapping[str, list[IndexModel]] = {
    FEED: [
        IndexModel("id", name="by_id", unique=True),
        IndexModel([("key", ASCENDING), ("_id", ASCENDING)], name="by_key"),
        IndexModel("published_at", name="by_time"),
    ],
    HEADS: [],
}
_HEAD = "feed"
BEYOND = 100_000  # that many behind, and nobody counts on
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Published:
    """A fact that the broker took for the city: its id, key, subject and what was sent."""

    id: str
    key: str
    subject: str
    source: str
    sequence: int
    body: str


@dataclass(frozen=True, kw_only=True)
class Fed(Published):
    """The same with its position (1, 2, 3 …) and when it was given."""

    position: int
    published_at: datetime


class Feed:
    """The rows and how far they are. Methods may raise pymongo's errors."""

    def __init__(self, database: Database[Row]) -> None:
        self._rows, self._heads = database[FEED], database[HEADS]

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of the facts that have their position already."""
        return {row["id"] for row in self._rows.find({"id": {"$in": list(ids)}}, {"id": 1})}

    def append(self, facts: Sequence[Published], transaction: Transaction) -> None:
        """Give each the next position; a fact that has one keeps it. Safe to repeat, and from
        several processes at once: they take turns at the head."""
        session = transaction.session
        last = self._turn(session)
        there = self._rows.find({"id": {"$in": [fact.id for fact in facts]}}, {"id": 1},
                                session=session)
        known = {row["id"] for row in there}
        new = {fact.id: fact for fact in facts if fact.id not in known}
        if not new:
            return
        self._heads.update_one({"_id": _HEAD}, {"$set": {"position": last + len(new)}},
                               session=session)
        self._rows.insert_many(
            [{"_id": last + place, "published_at": transaction.now, **vars(fact)}
             for place, fact in enumerate(new.values(), start=1)], session=session)

    def after(self, position: int, keys: Collection[str], *, limit: int) -> list[Fed]:
        """Up to `limit` facts of these keys behind the position, in order."""
        wanted = {"_id": {"$gt": position}, "key": {"$in": list(keys)}}
        return [_fed(row) for row in self._rows.find(wanted).sort("_id", ASCENDING).limit(limit)]

    def at(self, position: int) -> Fed | None:
        """The fact at a position; None when there is none or it was forgotten."""
        found = self._rows.find_one({"_id": position})
        return _fed(found) if found else None

    def of(self, id: str) -> Fed | None:
        found = self._rows.find_one({"id": id})
        return _fed(found) if found else None

    def behind(self, position: int, keys: Collection[str], *, most: int = BEYOND) -> int:
        """How many facts of these keys stand behind the position; counted up to `most`."""
        wanted = {"_id": {"$gt": position}, "key": {"$in": list(keys)}}
        return self._rows.count_documents(wanted, limit=most)

    def keys_after(self, position: int) -> frozenset[str]:
        """The keys of everything behind the position."""
        return frozenset(self._rows.distinct("key", {"_id": {"$gt": position}}))

    def last(self) -> int:
        """The latest position; 0 before the first fact."""
        head = self._heads.find_one({"_id": _HEAD})
        return int(head["position"]) if head else 0

    def first(self) -> int:
        """The oldest position that is kept; that of the next fact when none is."""
        row = self._rows.find_one({}, {"_id": 1}, sort=[("_id", ASCENDING)])
        return int(row["_id"]) if row else self.last() + 1

    def since(self, moment: datetime) -> int:
        """The position behind which everything published at the moment or later stands."""
        row = self._rows.find_one({"published_at": {"$gte": moment}}, {"_id": 1},
                                  sort=[("published_at", ASCENDING), ("_id", ASCENDING)])
        return int(row["_id"]) - 1 if row else self.last()

    def newest_but(self, left: int, keys: Collection[str]) -> Fed | None:
        """The fact of these keys with so many behind it."""
        found = self._rows.find({"key": {"$in": list(keys)}}).sort("_id", DESCENDING)
        return next((_fed(row) for row in found.skip(left).limit(1)), None)

    def forget(self, before: datetime, *, most: int = 10_000) -> int:
        """Drop the oldest that were published before the moment; how many."""
        old = self._rows.find({"published_at": {"$lt": before}}, {"_id": 1}).limit(most)
        return self._rows.delete_many({"_id": {"$in": [row["_id"] for row in old]}}).deleted_count

    def _turn(self, session: ClientSession | None) -> int:
        """The last position, which nobody else moves before this transaction ends."""
        head = self._heads.find_one_and_update(
            {"_id": _HEAD}, {"$inc": {"position": 0, "turns": 1}}, upsert=True,
            return_document=ReturnDocument.AFTER, session=session)
        return int(head["position"])


def _fed(row: Row) -> Fed:
    return Fed(
        position=row["_id"], published_at=row["published_at"], id=row["id"], key=row["key"],
        subject=row["subject"], source=row["source"], sequence=row["sequence"], body=row["body"],
    )
