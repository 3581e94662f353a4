"""How far the folds have come: a version that each fold raises, freshness, and the latest lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

from kernel.transaction import Transaction
from services.stats.domain.feed import Happening

Document = dict[str, Any]
_ID = "folds"
_LINES = 50


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`told_at` is when the latest fact of all was told; None: none was yet.

    `folded_at` is when the last batch counted, `heard_at` when the latest fact in it was told.
    `epoch` names the run of folds: a database that was emptied and folded anew has another.
    """

    version: int = 0
    epoch: str = ""
    facts: int = 0
    told_at: datetime | None = None
    heard_at: datetime | None = None
    folded_at: datetime | None = None


class ProgressRow:
    """Collection `progress`, one document. Every fold writes it first, so folds commit in turn."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["progress"]

    def advance(self, *, facts: int, told_at: datetime, lines: Sequence[Happening],
                within: Transaction) -> int:
        """The version of this fold; its lines join the feed, of which only the end is kept."""
        kept = self._documents.find_one_and_update(
            {"_id": _ID},
            {
                "$inc": {"version": 1, "facts": facts},
                "$max": {"told_at": told_at},
                "$set": {"heard_at": told_at, "folded_at": within.now},
                "$setOnInsert": {"epoch": within.new_id()},
                "$push": {"lines": {"$each": [vars(line) for line in lines], "$slice": -_LINES}},
            },
            {"version": 1}, upsert=True, return_document=ReturnDocument.AFTER,
            session=within.session,
        )
        version: int = kept["version"]
        return version

    def now(self) -> Progress:
        found = self._documents.find_one({"_id": _ID}, {"_id": 0, "lines": 0}) or {}
        return Progress(**found)

    def feed(self) -> list[Happening]:
        """The latest lines, newest first; of lines a newer version wrote, what is known here."""
        found = self._documents.find_one({"_id": _ID}, {"lines": 1}) or {"lines": []}
        lines = {line["key"]: _happening(line) for line in found["lines"]}
        return sorted(lines.values(), key=lambda line: line.at, reverse=True)


def _happening(line: Document) -> Happening:
    known = Happening.__dataclass_fields__
    return Happening(**{name: value for name, value in line.items() if name in known})
