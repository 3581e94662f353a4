"""Sessions whose records are to be complete: one document each, found by when they ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.mongo import available
from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.volunteers.domain.duty import Duty
from services.volunteers.domain.session import Session
from services.volunteers.store.documents import Document, within_limits

INDEXES: Mapping[str, list[IndexModel]] = {
    "duties": [
        IndexModel([("settled", ASCENDING), ("session.ends_at", ASCENDING)], name="unsettled"),
    ],
}


class Duties:
    """Collection `duties`: `_id` is the session's."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["duties"]

    def some(self, session_ids: Collection[str], *, within: Transaction) -> dict[str, Duty]:
        """Those that are known, by session."""
        found = self._documents.find({"_id": {"$in": sorted(session_ids)}}, session=within.session)
        return {document["_id"]: duty_of(document) for document in found}

    def save(self, duties: Mapping[str, Duty], *, known: Mapping[str, Duty],
             within: Transaction) -> None:
        """Adds those that are not known and writes those that changed."""
        new = [{"_id": id, **_fields(duty)} for id, duty in duties.items() if id not in known]
        old = [
            UpdateOne({"_id": id}, {"$set": _fields(duty)})
            for id, duty in duties.items() if id in known and duty != known[id]
        ]
        if new:
            with first_come():
                self._documents.insert_many(new, ordered=False, session=within.session)
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)

    def reopen(self, session_ids: Iterable[str], *, within: Transaction) -> None:
        """They are to be looked at again; nothing for those that are not known. Each is written
        even when it is open, so that who settles it at the same moment meets it here."""
        changes = [
            UpdateOne({"_id": id}, {"$set": {"settled": False}, "$inc": {"stirred": 1}})
            for id in sorted(session_ids)
        ]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def unsettled(self, *, ended_before: datetime, ended_from: datetime | None = None,
                  skip: int = 0, limit: int, limits: Scope = ALL) -> list[Duty]:
        """Those that ended by then, within the limits, oldest first. Raises Unavailable."""
        query = _ended(ended_before, ended_from) | within_limits(limits)
        with available():
            found = self._documents.find(query).sort(
                [("session.ends_at", ASCENDING), ("_id", ASCENDING)]
            )
            return [duty_of(each) for each in found.skip(skip).limit(limit)]

    def ended(self, *, since: datetime, before: datetime, limit: int) -> list[Duty]:
        """Those that ended within a time, settled or not, the latest first. Raises Unavailable."""
        query = {"settled": {"$in": [True, False]},
                 "session.ends_at": {"$gte": since, "$lt": before}}
        with available():
            found = self._documents.find(query).sort("session.ends_at", DESCENDING).limit(limit)
            return [duty_of(each) for each in found]

    def number(self, *, ended_before: datetime, ended_from: datetime | None = None) -> int:
        """How many these are. Raises Unavailable."""
        with available():
            return self._documents.count_documents(_ended(ended_before, ended_from))


def _ended(before: datetime, since: datetime | None) -> Document:
    ended: Document = {"$lt": before}
    if since:
        ended["$gte"] = since
    return {"settled": False, "session.ends_at": ended}


def _fields(duty: Duty) -> Document:
    session = duty.session
    moved, heard_at = session.version
    return {
        "session": vars(session.ref), "moved": moved, "heard_at": heard_at,
        "cancelled": session.cancelled, "closed": duty.closed, "settled": duty.settled,
        "told_at": duty.told_at,
    }


def duty_of(document: Mapping[str, Any]) -> Duty:
    session = Session(
        ref=SessionRef(**document["session"]), version=(document["moved"], document["heard_at"]),
        cancelled=document["cancelled"],
    )
    return Duty(session=session, closed=document["closed"], settled=document["settled"],
                told_at=document["told_at"])
