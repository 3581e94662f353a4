"""Visits, redemptions and work items as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "visits": [IndexModel([("programme", ASCENDING), ("day", ASCENDING)])],
    "redemptions": [IndexModel([("programme", ASCENDING), ("at", ASCENDING)])],
    "work_items": [
        IndexModel([("programme", ASCENDING), ("item", ASCENDING)], unique=True),
    ],
}
Document = dict[str, Any]


class Records:
    """Collections `visits`, `redemptions`, `work_items`, by id."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    def add(self, collection: str, record_id: str, record: Document, *,
            within: Transaction) -> None:
        """Keeps one visit or redemption."""
        self._database[collection].insert_one({"_id": record_id, **record}, session=within.session)

    def keep_work_item(self, new_id: str, record: Document, *, within: Transaction) -> str:
        """Adds the item or updates the one of the same name; its id. Raises LostRace."""
        natural = {"programme": record["programme"], "item": record["item"]}
        with first_come():
            kept = self._database["work_items"].find_one_and_update(
                natural, {"$set": record, "$setOnInsert": {"_id": new_id}}, upsert=True,
                return_document=ReturnDocument.AFTER, session=within.session,
            )
        item_id: str = kept["_id"]
        return item_id
