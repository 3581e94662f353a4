"""Sessions as far as the ledger needs them: their time as told last, and who was heard of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.transaction import Transaction
from services.volunteers.domain.session import Session
from services.volunteers.store.documents import Document


class Sessions:
    """Collection `sessions`: `_id` is the session's; whoever changes its time or adds a person to
    it writes this document, so that two who do so at once meet in it."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["sessions"]

    def some(self, session_ids: Collection[str], *, within: Transaction) -> dict[str, Session]:
        """Those that are known, by id."""
        found = self._documents.find({"_id": {"$in": sorted(session_ids)}}, session=within.session)
        return {document["_id"]: _session(document) for document in found}

    def save(self, sessions: Mapping[str, Session], *, known: Mapping[str, Session],
             within: Transaction) -> None:
        """Adds those that are not known and writes what changed of the others."""
        new = [
            {"_id": session_id, **_fields(session), "people": sorted(session.people)}
            for session_id, session in sessions.items() if session_id not in known
        ]
        old = [
            UpdateOne({"_id": session_id}, _change(known[session_id], session))
            for session_id, session in sessions.items()
            if session_id in known and session != known[session_id]
        ]
        if new:
            with first_come():
                self._documents.insert_many(new, ordered=False, session=within.session)
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)


def _change(before: Session, now: Session) -> Document:
    change: Document = {"$set": _fields(now)}
    if come := now.people - before.people:
        change["$addToSet"] = {"people": {"$each": sorted(come)}}
    return change


def _fields(session: Session) -> Document:
    moved, told_at = session.version
    return {"session": vars(session.ref), "moved": moved, "told_at": told_at,
            "cancelled": session.cancelled}


def _session(document: Mapping[str, Any]) -> Session:
    return Session(
        ref=SessionRef(**document["session"]),
        version=(document["moved"], document["told_at"]),
        cancelled=document["cancelled"], people=frozenset(document["people"]),
    )
