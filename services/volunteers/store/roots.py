"""Roots that were told, one per local day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo import DESCENDING
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.root import Root
from services.volunteers.store.documents import Document


class Roots:
    """Collection `roots`: `_id` is the day, so that a day is told once, by whichever replica."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["roots"]

    def all(self) -> list[Root]:
        """Every one, oldest first. Raises Unavailable."""
        with available():
            return [_root(document) for document in self._documents.find().sort("_id", 1)]

    def last(self, *, within: Transaction | None = None) -> Root | None:
        """The latest, None when none was told yet. Raises Unavailable."""
        session = within.session if within else None
        with available():
            found = self._documents.find_one({}, sort=[("_id", DESCENDING)], session=session)
        return _root(found) if found else None

    def add(self, root: Root, *, within: Transaction) -> None:
        """A new day. Raises LostRace when it is there already."""
        document = {**vars(root), "_id": root.day.isoformat(), "told_at": within.now}
        document.pop("day")
        with first_come():
            self._documents.insert_one(document, session=within.session)


def _root(document: Mapping[str, Any]) -> Root:
    fields = {name: value for name, value in document.items() if name not in ("_id", "told_at")}
    return Root(day=date.fromisoformat(document["_id"]), **fields)
