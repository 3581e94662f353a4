"""Sessions as far as the ledger needs them: their time as told last, and who was heard of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.session import Session
from services.volunteers.store.documents import Document

INDEXES: Mapping[str, list[IndexModel]] = {
    "sessions": [
        IndexModel([("awaited", ASCENDING), ("session.ends_at", ASCENDING)], name="ended"),
    ],
}


class Sessions:
    """Collection `sessions`: `_id` is the session's; whoever changes its time or adds a person to
    it writes this document, so that two who do so at once meet in it. Found by their end: those
    that are awaited by a timer, all by who looks over the ledger."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["sessions"]

    def some(self, session_ids: Collection[str], *, within: Transaction) -> dict[str, Session]:
        """Those that are known, by id."""
        found = self._documents.find({"_id": {"$in": sorted(session_ids)}}, session=within.session)
        return {document["_id"]: session_of(document) for document in found}

    def awaited(self, *, ended_by: datetime, skip: int, limit: int) -> list[Session]:
        """Those that ended and were written by then, the grace of whose stays is not dealt
        with yet (C-05), those that ended first first; without their people. Raises Unavailable."""
        query = {"awaited": True, "session.ends_at": {"$lte": ended_by},
                 "heard_at": {"$lte": ended_by}}
        with available():
            found = self._documents.find(query, {"people": 0}).sort(
                [("session.ends_at", ASCENDING), ("_id", ASCENDING)])
            return [session_of(each) for each in found.skip(skip).limit(limit)]

    def save(self, sessions: Mapping[str, Session], *, known: Mapping[str, Session],
             within: Transaction) -> None:
        """Adds those that are not known and writes what changed of the others."""
        new = [
            {"_id": session_id, **_fields(session, within), "people": sorted(session.people)}
            for session_id, session in sessions.items() if session_id not in known
        ]
        old = [
            UpdateOne({"_id": session_id}, _change(known[session_id], session, within))
            for session_id, session in sessions.items()
            if session_id in known and session != known[session_id]
        ]
        if new:
            with first_come():
                self._documents.insert_many(new, ordered=False, session=within.session)
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)


def _change(before: Session, now: Session, within: Transaction) -> Document:
    change: Document = {"$set": _fields(now, within)}
    if come := now.people - before.people:
        change["$addToSet"] = {"people": {"$each": sorted(come)}}
    return change


def _fields(session: Session, within: Transaction) -> Document:
    moved, told_at = session.version
    return {"session": vars(session.ref), "moved": moved, "told_at": told_at,
            "cancelled": session.cancelled, "awaited": session.awaited, "heard_at": within.now}


def session_of(document: Mapping[str, Any]) -> Session:
    """Out of its document, with or without `people`."""
    return Session(
        ref=SessionRef(**document["session"]),
        version=(document["moved"], document["told_at"]),
        cancelled=document["cancelled"], people=frozenset(document.get("people", ())),
        awaited=document.get("awaited", True), heard_at=document.get("heard_at"),
    )
