"""Looks at minors' data: asked for, decided, of use for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.transaction import Transaction
from services.events.domain.look import Look

INDEXES: Mapping[str, list[IndexModel]] = {
    "look_requests": [
        IndexModel([("state", ASCENDING), ("asked_at", ASCENDING)], name="open"),
        IndexModel([("about", ASCENDING), ("asked_by", ASCENDING)], name="of_member"),
        IndexModel([("asked_at", ASCENDING)], name="asked"),
    ],
}
Document = dict[str, Any]
LISTED = 200


class Looks:
    """Collection `look_requests`."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["look_requests"]

    def add(self, look: Look, *, within: Transaction) -> None:
        """A new one."""
        self._documents.insert_one(_document(look), session=within.session)

    def one(self, request_id: str, *, within: Transaction | None = None) -> Look | None:
        """By id."""
        found = self._documents.find_one({"_id": request_id}, session=within and within.session)
        return _look(found) if found else None

    def replace(self, look: Look, *, within: Transaction) -> None:
        """As decided."""
        fields = _document(look)
        self._documents.update_one({"_id": fields.pop("_id")}, {"$set": fields},
                                   session=within.session)

    def of(self, about: str, asked_by: str) -> list[Look]:
        """What this member asked about it, the latest first."""
        found = self._documents.find({"about": about, "asked_by": asked_by})
        return [_look(each) for each in found.sort("asked_at", DESCENDING).limit(LISTED)]

    def pending(self) -> list[Look]:
        """Those that wait for a decision, the oldest first."""
        found = self._documents.find({"state": "pending"})
        return [_look(each) for each in found.sort("asked_at", ASCENDING).limit(LISTED)]

    def oldest(self) -> datetime | None:
        """When the first one that is kept was asked."""
        found = self._documents.find_one({}, {"asked_at": 1}, sort=[("asked_at", ASCENDING)])
        moment: datetime | None = found["asked_at"] if found else None
        return moment

    def forget_before(self, moment: datetime, *, within: Transaction) -> int:
        """Deletes those asked before, decided or not; how many (C-31)."""
        return self._documents.delete_many(
            {"asked_at": {"$lt": moment}}, session=within.session).deleted_count


def _document(look: Look) -> Document:
    fields = dict(vars(look))
    return {"_id": fields.pop("request_id"), **fields}


def _look(document: Document) -> Look:
    fields = dict(document)
    return Look(request_id=fields.pop("_id"), **fields)
