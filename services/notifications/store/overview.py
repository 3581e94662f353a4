"""Messages as staff look at them: counted, listed and found; nothing here changes one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pymongo import DESCENDING
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.domain.lanes import IN_HAND
from services.notifications.domain.message import Message, message_in
from services.notifications.store.documents import Document, message_of

Written = tuple[Message, datetime]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many messages of a purpose are in a state, and when the oldest was written."""

    purpose: str
    state: str
    count: int
    oldest: datetime


class Overview:
    """Reads collection `messages`."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["messages"]

    def counted(self, since: datetime, *, within: Transaction) -> dict[str, int]:
        """By state, the messages written since then."""
        matched = {"$match": {"written_at": {"$gte": since}}}
        group = {"$group": {"_id": "$state", "count": {"$sum": 1}}}
        found = self._documents.aggregate([matched, group], session=within.session)
        return {each["_id"]: each["count"] for each in found}

    def waiting(self) -> list[Counted]:
        """Those that wait in a lane or are in a worker's hand, by purpose and state."""
        group = {"_id": {"purpose": "$purpose", "state": "$state"}, "count": {"$sum": 1},
                 "oldest": {"$min": "$written_at"}}
        with available():
            return [
                Counted(purpose=each["_id"]["purpose"], state=each["_id"]["state"],
                        count=each["count"], oldest=each["oldest"])
                for each in self._documents.aggregate(
                    [{"$match": {"turn": {"$lte": IN_HAND}}}, {"$group": group}])
            ]

    def states_of(self, key: str) -> dict[str, int]:
        """How many messages of a broadcast (or person, or registration) are in which state."""
        group = {"_id": "$state", "count": {"$sum": 1}}
        with available():
            found = self._documents.aggregate([{"$match": {"keys": key}}, {"$group": group}])
            return {each["_id"]: each["count"] for each in found}

    def ids(self, key: str, states: Collection[str], *, limit: int) -> list[str]:
        """Ids of the key's messages in these states."""
        query = {"keys": key, "state": {"$in": list(states)}}
        with available():
            return [each["_id"] for each in self._documents.find(query, {"_id": 1}).limit(limit)]

    def listed(self, *, states: Collection[str] = (), purpose: str | None = None,
               key: str | None = None, due_before: datetime | None = None, skip: int,
               limit: int) -> list[Written]:
        """Messages of all that is asked, the newest first."""
        query: Document = {}
        if states:
            query["state"] = {"$in": sorted(states)}
        if purpose:
            query["purpose"] = purpose
        if key:
            query |= _found_by(key)
        if due_before:
            query |= _overdue(due_before)
        with available():
            found = self._documents.find(query).sort("written_at", DESCENDING)
            return [_written(each) for each in found.skip(skip).limit(limit)]

    def one(self, message_id: str) -> Written | None:
        """The message, None when there is none."""
        with available():
            found = self._documents.find_one({"_id": message_id})
        return _written(found) if found else None

    def overdue(self, before: datetime) -> int:
        """How many should have been looked at before then, and were not."""
        with available():
            return self._documents.count_documents(_overdue(before))


def _found_by(key: str) -> Document:
    """An attempt names its message; of earlier versions it is a key as all others."""
    message_id = message_in(key)
    return {"$or": [{"keys": key}, {"_id": message_id}]} if message_id else {"keys": key}


def _overdue(before: datetime) -> Document:
    """Of the turns at which somebody acts; receipts that are late are asked for at leisure."""
    return {"turn": {"$lte": IN_HAND}, "look_at": {"$lt": before}}


def _written(document: Document) -> Written:
    return message_of(document), document["written_at"]
