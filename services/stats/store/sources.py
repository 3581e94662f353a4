"""The documents behind a day row, found by the keys that it lists: no index is needed for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.stats.domain.attendance import Attendance
from services.stats.domain.day import DayRow
from services.stats.domain.fold import Kind, Row
from services.stats.domain.source import OPENED_BY
from services.stats.store.rows import COLLECTIONS, to_row


class Sources:
    """Reads one generation; an attendance's `_id` begins with its session's."""

    def __init__(self, database: Database[dict[str, Any]], generation: str) -> None:
        self._collections = {
            kind: database[name + generation] for kind, name in COLLECTIONS.items()
        }

    def of(self, day: DayRow, kind: Kind) -> Iterator[Row]:
        """The documents of a kind that the row lists, by their keys."""
        keys = sorted(day.names.get(OPENED_BY[kind], ()))
        if kind is Attendance:
            for key in keys:
                yield from self._read(kind, {"$gte": f"{key}|", "$lt": f"{key}}}"})
        elif keys:
            yield from self._read(kind, {"$in": keys})

    def _read(self, kind: Kind, ids: dict[str, Any]) -> Iterator[Row]:
        for document in self._collections[kind].find({"_id": ids}).sort("_id", ASCENDING):
            yield to_row(kind, document)
