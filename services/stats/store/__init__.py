"""Documents to domain and back: rows by natural key, day rows, how far the folds are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from services.stats.domain.programme import Programme
from services.stats.store import briefs, calendar, days, progress, rows

INDEXES: Mapping[str, list[IndexModel]] = {
    **{name: [] for name in rows.COLLECTIONS.values()},
    **calendar.INDEXES,
    **days.INDEXES,
    **briefs.INDEXES,
    "progress": [],
}


@dataclass(frozen=True, kw_only=True)
class Store:
    """Everything this service keeps."""

    rows: rows.KeptRows
    days: days.Days
    progress: progress.ProgressRow
    calendar: calendar.Calendar
    programmes: Programmes
    drafts: briefs.Drafts
    editions: briefs.Editions

    @classmethod
    def on(cls, database: Database[dict[str, Any]]) -> Store:
        """The store on a database, real or in memory."""
        return cls(
            rows=rows.KeptRows(database), days=days.Days(database),
            progress=progress.ProgressRow(database), calendar=calendar.Calendar(database),
            programmes=Programmes(database), drafts=briefs.Drafts(database),
            editions=briefs.Editions(database),
        )


class Programmes:
    """The programmes as last published."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["programmes"]

    def all(self) -> dict[str, Programme]:
        found = (rows.to_row(Programme, document) for document in self._documents.find())
        return {programme.key: programme for programme in found}
