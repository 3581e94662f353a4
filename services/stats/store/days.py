"""Day rows as documents, and all of them in memory, brought up to date by their version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import fields
from threading import Lock
from typing import Any

from pymongo import ASCENDING, IndexModel, InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.stats.domain.day import DayRow, Place
from services.stats.store.progress import Progress

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {
    "days": [IndexModel([("version", ASCENDING)], name="changed")],
}

_AT_ONCE = 50  # rows in one answer: with thousands of names each, more would take seconds


class Days:
    """Collection `days`: `{_id, version, sums, reports, names}` and the fields of its place.

    `version` is that of the fold that wrote the row last; folds commit one after the other
    (`store/progress.py`), so what changed after a version is found by it.
    """

    def __init__(self, database: Database[Document], generation: str) -> None:
        self._documents = database[f"days{generation}"]
        self._lock = Lock()
        self._kept: dict[str, DayRow] = {}
        self._version = 0
        self._epoch = ""

    def known(self, keys: Iterable[str], *,
              session: ClientSession | None = None) -> dict[str, DayRow]:
        """The rows that exist."""
        found = self._documents.find({"_id": {"$in": sorted(keys)}}, session=session)
        return {document["_id"]: _row(document) for document in found}

    def save(self, rows: Mapping[str, DayRow], *, known: Container[str], version: int,
             session: ClientSession | None = None) -> None:
        """New rows and changed ones, in one round trip."""
        writes: list[Any] = [
            ReplaceOne({"_id": key}, _document(row, version)) if key in known
            else InsertOne(_document(row, version))
            for key, row in rows.items()
        ]
        if writes:
            self._documents.bulk_write(writes, ordered=False, session=session)

    def all(self) -> Iterator[DayRow]:
        """Every row, by its key; nothing of it is remembered."""
        return map(_row, self._documents.find().sort("_id", ASCENDING).batch_size(_AT_ONCE))

    def up_to(self, progress: Progress) -> list[DayRow]:
        """Every row as of then (or newer); only what changed since the last call is read.

        In another epoch everything is read anew. The rows are shared: do not change them.
        """
        with self._lock:
            if progress.epoch != self._epoch:
                self._kept, self._version, self._epoch = {}, 0, progress.epoch
            if progress.version > self._version:
                found = self._documents.find({"version": {"$gt": self._version}})
                self._kept.update({document["_id"]: _row(document) for document in found})
                self._version = progress.version
            return list(self._kept.values())


def _document(row: DayRow, version: int) -> Document:
    """A reference may hold any sign, so it is no field name: names and how often they stand are
    two lists side by side."""
    return {
        "_id": row.place.key,
        "version": version,
        **vars(row.place),
        "sums": dict(row.sums),
        "reports": dict(row.reports),
        "names": {
            name: {"refs": list(standing), "counts": list(standing.values())}
            for name, standing in row.names.items()
        },
    }


def _row(document: Document) -> DayRow:
    place = {field.name: document[field.name] for field in fields(Place)}
    return DayRow(
        place=Place(**place),
        sums=Counter(document["sums"]),
        reports=Counter(document["reports"]),
        names={name: _standing(kept) for name, kept in document["names"].items()},
    )


def _standing(kept: Any) -> Counter[str]:
    """Rows written by earlier versions list each name as often as it stands."""
    if isinstance(kept, list):
        return Counter(kept)
    return Counter(dict(zip(kept["refs"], kept["counts"], strict=True)))
