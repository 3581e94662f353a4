"""Items of work lists as documents, each with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownWorkItem
from services.events.domain.work_item import Change, WorkItem

INDEXES: Mapping[str, list[IndexModel]] = {
    "work_items": [
        IndexModel([("programme", ASCENDING), ("item", ASCENDING)], unique=True),
    ],
}
Document = dict[str, Any]


class WorkItems:
    """Collection `work_items`, by id; within a programme an item's text is its own."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["work_items"]

    def named(self, programme: str, item: str, *, within: Transaction) -> WorkItem | None:
        """The item of this text, if there is one."""
        natural = {"programme": programme, "item": item}
        found = self._documents.find_one(natural, session=within.session)
        return _item(found) if found else None

    def one(self, programme: str, item_id: str, *, within: Transaction | None = None) -> WorkItem:
        """Raises UnknownWorkItem."""
        natural = {"_id": item_id, "programme": programme}
        found = self._documents.find_one(natural, session=within and within.session)
        if found is None:
            raise UnknownWorkItem(item_id)
        return _item(found)

    def add(self, item: WorkItem, *, within: Transaction) -> None:
        """Keeps a new item. Raises LostRace when there is one of the same text meanwhile."""
        with first_come():
            self._documents.insert_one(_document(item), session=within.session)

    def change(self, before: WorkItem, after: WorkItem, *, within: Transaction) -> None:
        """Saves the item while it is still what the decision was made on. Raises LostRace."""
        outcome = self._documents.replace_one(
            {"_id": before.item_id, "state": before.state}, _document(after),
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"work item {before.item_id}")

    def listed(self, programme: str, *, state: str | None = None, owner: str | None = None,
               overdue_on: date | None = None, limit: int = 2000) -> list[WorkItem]:
        """By due date, those without one last; only the overdue ones when a day is given."""
        wanted: Document = {"programme": programme}
        if state:
            wanted["state"] = state
        if owner:
            wanted["owner"] = owner
        if overdue_on:
            wanted.update(state="open", due_on={"$lt": overdue_on.isoformat(), "$ne": None})
            if state == "done":
                return []
        found = self._documents.find(wanted).limit(limit)
        return sorted(map(_item, found), key=lambda item: (item.due_on or date.max, item.item))


def _document(item: WorkItem) -> Document:
    fields = dict(vars(item))
    return {
        "_id": fields.pop("item_id"), **fields, "day": item.day.isoformat(),
        "due_on": item.due_on and item.due_on.isoformat(),
        "changes": [dict(vars(change)) for change in item.changes],
    }


def _item(document: Document) -> WorkItem:
    fields = dict(document)
    changes = tuple(Change(**each) for each in fields.pop("changes", ()))
    due_on = fields.pop("due_on", None)
    return WorkItem(
        item_id=fields.pop("_id"), day=date.fromisoformat(fields.pop("day")),
        due_on=due_on and date.fromisoformat(due_on), changes=changes, **fields,
    )
