"""Counting in the feed without reading it: how many facts of some keys stand where.

A mark says how many of each key there were up to it, so whatever is asked takes the head, a mark or
some, and the rows from one mark to the next, however long the feed is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection as Documents
from pymongo.database import Database

from services.city.store.heads import EVERY, Head, Heads, Marks


class Tallies:
    """`rows` are those of the feed. Methods may raise pymongo's errors."""

    def __init__(self, database: Database[dict[str, Any]], rows: Documents[dict[str, Any]]) -> None:
        self._rows, self._heads, self._marks = rows, Heads(database), Marks(database)

    def behind(self, position: int, keys: Collection[str]) -> int:
        """How many facts of these keys stand behind the position."""
        head = self._heads.now()
        return _of(head.counts, keys) - _of(self._up_to(position, head), keys)

    def keys_behind(self, position: int) -> frozenset[str]:
        """The keys of everything behind the position."""
        head = self._heads.now()
        return frozenset(head.counts - self._up_to(position, head))

    def next(self, position: int, keys: Collection[str]) -> int | None:
        """The position of the first fact of these keys behind the position."""
        head = self._heads.now()
        return self._place(_of(self._up_to(position, head), keys) + 1, keys, head)

    def newest_but(self, left: int, keys: Collection[str]) -> int | None:
        """The position of the fact of these keys with so many behind it; None when it is not there
        any more."""
        head = self._heads.now()
        return self._place(_of(head.counts, keys) - left, keys, head)

    def _up_to(self, position: int, head: Head) -> Counter[str]:
        """How many of each key there were up to the position, or to what was forgotten."""
        position = max(position, head.first - 1)
        if position >= head.position:
            return head.counts
        mark = position - position % EVERY
        rows = self._rows.find({"position": between(mark, position)}, {"key": 1})
        return self._marks.at(mark) + Counter(row["key"] for row in rows)

    def _place(self, number: int, keys: Collection[str], head: Head) -> int | None:
        """The position of the fact of these keys with that number among them."""
        forgotten = _of(self._up_to(head.first - 1, head), keys)
        if not forgotten < number <= _of(head.counts, keys):
            return None
        low, high = (head.first - 1) // EVERY, head.position // EVERY
        while low < high:  # the last mark before it
            middle = (low + high + 1) // 2
            if _of(self._marks.at(middle * EVERY), keys) < number:
                low = middle
            else:
                high = middle - 1
        mark = low * EVERY
        skipped = number - _of(self._marks.at(mark), keys) - 1
        rows = self._rows.find(
            {"position": between(mark, mark + EVERY), "key": {"$in": list(keys)}},
            {"position": 1}).sort("position", ASCENDING)
        return next((int(row["position"]) for row in list(rows)[skipped:]), None)


def between(behind: int, end: int) -> dict[str, int]:
    """Positions behind one, up to the other."""
    return {"$gt": behind, "$lte": end}


def _of(counts: Counter[str], keys: Collection[str]) -> int:
    return sum(counts[key] for key in set(keys))
