"""The documents behind a day row, found by the keys that it lists: no index is needed for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymongo.database import Database

from services.stats.domain.attendance import Attendance
from services.stats.domain.day import DayRow
from services.stats.domain.fold import Kind, Row
from services.stats.domain.source import OPENED_BY
from services.stats.store.rows import COLLECTIONS, to_row

_ASKED = 1_000  # keys in one question


class Sources:
    """Reads one generation; an attendance's `_id` begins with its session's."""

    def __init__(self, database: Database[dict[str, Any]], generation: str) -> None:
        self._collections = {
            kind: database[name + generation] for kind, name in COLLECTIONS.items()
        }

    def of(self, day: DayRow, kind: Kind) -> Iterator[Row]:
        """The documents of a kind that the row lists, as far as their keys can be told from it: of
        attendances those of persons who count."""
        keys = sorted(day.names.get(OPENED_BY[kind], ()))
        if kind is Attendance:
            keys = [f"{key}|{person}" for key in keys for person in day.names.get("persons", ())]
        for first in range(0, len(keys), _ASKED):
            yield from self._read(kind, {"$in": keys[first:first + _ASKED]})

    def all_of(self, day: DayRow, kind: Kind) -> Iterator[Row]:
        """Those too that count nobody: slow where a range of keys is looked for one by one, as in
        the embedded database."""
        if kind is not Attendance:
            yield from self.of(day, kind)
            return
        for key in sorted(day.names.get(OPENED_BY[kind], ())):
            yield from self._read(kind, {"$gte": f"{key}|", "$lt": f"{key}}}"})

    def _read(self, kind: Kind, ids: dict[str, Any]) -> Iterator[Row]:
        for document in self._collections[kind].find({"_id": ids}):
            yield to_row(kind, document)
