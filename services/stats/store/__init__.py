"""Documents to domain and back: the folds, how far they are, briefs.

The folds stand in generations: collections of their own, of which one is current. Working the
figures out anew fills another one while the current is served, and then becomes it
(`usecases/rebuilding.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pymongo
from pymongo import IndexModel
from pymongo.database import Database

from kernel.mongo import ensure_indexes
from services.stats.domain.programme import Programme
from services.stats.store import briefs, calendar, days, goals, progress, rows, sources

FOLDS: Mapping[str, list[IndexModel]] = {
    **{name: [] for name in rows.COLLECTIONS.values()},
    **calendar.INDEXES,
    **days.INDEXES,
}
INDEXES: Mapping[str, list[IndexModel]] = {
    **FOLDS, **briefs.INDEXES, **goals.INDEXES, "progress": [],
}
_DROPPED_WITHIN = 120.0  # seconds: a server may take as long for a collection as for its rows
_GENERATION = re.compile(rf"(?:{'|'.join(FOLDS)})((?:\.g[0-9a-f]+)?)")


@dataclass(frozen=True, kw_only=True)
class Folds:
    """Everything that can be worked out anew, of one generation."""

    rows: rows.KeptRows
    days: days.Days
    calendar: calendar.Calendar
    programmes: Programmes
    sources: sources.Sources


@dataclass(frozen=True, kw_only=True)
class Store:
    """Everything this service keeps."""

    database: Database[dict[str, Any]]
    progress: progress.ProgressRow
    drafts: briefs.Drafts
    editions: briefs.Editions
    goals: goals.Told
    _folds: dict[str, Folds] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def on(cls, database: Database[dict[str, Any]]) -> Store:
        """The store on a database, real or in memory."""
        return cls(
            database=database, progress=progress.ProgressRow(database),
            drafts=briefs.Drafts(database), editions=briefs.Editions(database),
            goals=goals.Told(database),
        )

    def folds(self, generation: str) -> Folds:
        """The folds of a generation; the same value every time, so that what it has read is known
        to all of this process. Only the two last asked for are remembered."""
        with self._lock:
            known = self._folds.pop(generation, None) or self._opened(generation)
            while len(self._folds) > 1:
                del self._folds[next(iter(self._folds))]
            self._folds[generation] = known
            return known

    def prepare(self, generation: str) -> Folds:
        """A new, empty generation with its indexes."""
        ensure_indexes(self.database, {name + generation: made for name, made in FOLDS.items()})
        return self.folds(generation)

    def drop_all_but(self, *generations: str) -> None:
        """Forget what other generations left. Safe to repeat."""
        for name in self.database.list_collection_names():
            found = _GENERATION.fullmatch(name)
            if found and found[1] not in generations:
                with pymongo.timeout(_DROPPED_WITHIN):
                    self.database.drop_collection(name)

    def _opened(self, generation: str) -> Folds:
        return Folds(
            rows=rows.KeptRows(self.database, generation),
            days=days.Days(self.database, generation),
            calendar=calendar.Calendar(self.database, generation),
            programmes=Programmes(self.database, generation),
            sources=sources.Sources(self.database, generation),
        )


class Programmes:
    """The programmes as last published."""

    def __init__(self, database: Database[dict[str, Any]], generation: str) -> None:
        self._documents = database[f"programmes{generation}"]

    def all(self) -> dict[str, Programme]:
        found = (rows.to_row(Programme, document) for document in self._documents.find())
        return {programme.key: programme for programme in found}
