"""The head of the feed: one document that says how far it is, where it begins and how many facts
of each key it has had; and marks, which say the same of every two hundredth position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import IndexModel, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

HEADS, MARKS = "feed_heads", "feed_marks"
INDEXES: Mapping[str, list[IndexModel]] = {HEADS: [], MARKS: []}
EVERY = 200  # positions from mark to mark
_HEAD = "feed"
_NEVER = datetime.min.replace(tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Head:
    """The latest position and its time, the oldest position that is told, and of each key how many
    facts there were up to the latest, those that were forgotten among them."""

    position: int
    first: int
    counts: Counter[str]
    published_at: datetime


class Heads:
    """Methods may raise pymongo's errors."""

    def __init__(self, database: Database[Row]) -> None:
        self._documents = database[HEADS]

    def turn(self, session: ClientSession | None) -> Head:
        """The head, which nobody else moves before this transaction ends."""
        return _head(self._documents.find_one_and_update(
            {"_id": _HEAD}, {"$inc": {"position": 0, "turns": 1}}, upsert=True,
            return_document=ReturnDocument.AFTER, session=session))

    def went_on(self, position: int, at: datetime, counts: Counter[str],
                session: ClientSession | None) -> None:
        self._documents.update_one(
            {"_id": _HEAD},
            {"$set": {"position": position, "published_at": at, "counts": _pairs(counts)}},
            session=session)

    def now(self) -> Head:
        return _head(self._documents.find_one({"_id": _HEAD}) or {})

    def ends(self) -> tuple[int, int]:
        """The oldest position that is told, and the latest."""
        head = _head(self._documents.find_one({"_id": _HEAD}, {"first": 1, "position": 1}) or {})
        return head.first, head.position

    def begin_at(self, position: int) -> None:
        """Nothing before it is told any more."""
        self._documents.update_one({"_id": _HEAD}, {"$max": {"first": position}})

    def dropped(self) -> int:
        """The latest position whose row was deleted."""
        found = self._documents.find_one({"_id": _HEAD}, {"dropped": 1}) or {}
        return int(found.get("dropped", 0))

    def drop(self, position: int) -> None:
        self._documents.update_one({"_id": _HEAD}, {"$max": {"dropped": position}})


class Marks:
    """Methods may raise pymongo's errors."""

    def __init__(self, database: Database[Row]) -> None:
        self._documents = database[MARKS]

    def add(self, marks: Mapping[int, Counter[str]], session: ClientSession | None) -> None:
        if marks:
            self._documents.insert_many(
                [{"_id": position, "counts": _pairs(counts)}
                 for position, counts in marks.items()], session=session)

    def at(self, position: int) -> Counter[str]:
        """How many facts of each key there were up to a multiple of EVERY."""
        found = self._documents.find_one({"_id": position}) if position else None
        return _counts(found or {})

    def drop(self, positions: Sequence[int]) -> None:
        self._documents.delete_many({"_id": {"$in": list(positions)}})


def _head(document: Mapping[str, Any]) -> Head:
    return Head(position=int(document.get("position", 0)), first=int(document.get("first", 1)),
                counts=_counts(document), published_at=document.get("published_at", _NEVER))


def _pairs(counts: Counter[str]) -> list[list[Any]]:
    return [[key, count] for key, count in sorted(counts.items())]  # names with dots are no fields


def _counts(document: Mapping[str, Any]) -> Counter[str]:
    return Counter({key: int(count) for key, count in document.get("counts", [])})
