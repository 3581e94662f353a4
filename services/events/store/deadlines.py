"""What is to happen by itself at a time: one document each, gone in the transaction of its effect.

A timer reads what is due; that it survives restarts and acts once is the database's doing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DeleteOne, IndexModel, ReplaceOne
from pymongo.database import Database

from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"deadlines": [IndexModel([("at", ASCENDING)])]}
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """At `at`, or soon after, what `kind` says happens to `ref`; one of each kind and ref."""

    kind: str
    ref: str
    at: datetime
    after: int = 0  # how far it came, for what is done in pieces

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.ref}"


class Deadlines:
    """Collection `deadlines`, by `{kind}/{ref}`."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["deadlines"]

    def set(self, deadlines: Iterable[Deadline], *, within: Transaction) -> None:
        """Keeps them, each in place of an earlier one of its kind and ref."""
        changes = [
            ReplaceOne({"_id": each.key}, {"_id": each.key, **vars(each)}, upsert=True)
            for each in deadlines
        ]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def clear(self, keys: Iterable[str], *, within: Transaction) -> None:
        """Takes these (`{kind}/{ref}`) away. Safe to repeat."""
        changes = [DeleteOne({"_id": key}) for key in keys]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def done(self, deadline: Deadline, *, within: Transaction) -> None:
        """Takes it away, unless there is another time for it by now. Safe to repeat."""
        self._documents.delete_one(
            {"_id": deadline.key, "at": deadline.at}, session=within.session
        )

    def due(self, now: datetime, *, limit: int) -> list[Deadline]:
        """The oldest that are due."""
        return self._oldest({"at": {"$lte": now}}, limit)

    def next(self, *, limit: int) -> list[Deadline]:
        """What comes next, the oldest first; also what is due already."""
        return self._oldest({}, limit)

    def _oldest(self, chosen: Document, limit: int) -> list[Deadline]:
        found = self._documents.find(chosen).sort("at", ASCENDING).limit(limit)
        return [
            Deadline(kind=each["kind"], ref=each["ref"], at=each["at"], after=each["after"])
            for each in found
        ]
