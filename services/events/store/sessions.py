"""Sessions (场次) with their places as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownSession
from services.events.domain.session import Session
from services.events.domain.terms import Pool, SeatKind, Terms

INDEXES: Mapping[str, list[IndexModel]] = {
    "sessions": [IndexModel([("activity_id", ASCENDING), ("starts_at", ASCENDING)])],
}
Document = dict[str, Any]


class Sessions:
    """Collection `sessions`, by id; terms, pools and counters are part of the document."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["sessions"]

    def add(self, sessions: Iterable[Session], *, within: Transaction) -> None:
        """Keeps new sessions."""
        documents = [_document(session) for session in sessions]
        self._documents.insert_many(documents, session=within.session)

    def one(self, session_id: str, *, within: Transaction | None = None) -> Session:
        """The session. Raises UnknownSession."""
        found = self._documents.find_one({"_id": session_id}, session=within and within.session)
        if found is None:
            raise UnknownSession(session_id)
        return _session(found)

    def some(self, session_ids: Iterable[str]) -> dict[str, Session]:
        """Those of these sessions that exist, by id."""
        found = self._documents.find({"_id": {"$in": list(session_ids)}})
        return {document["_id"]: _session(document) for document in found}

    def of_activities(self, activity_ids: Iterable[str]) -> dict[str, list[Session]]:
        """The sessions of each activity, earliest first."""
        found = self._documents.find({"activity_id": {"$in": list(activity_ids)}})
        by_activity: dict[str, list[Session]] = {}
        for document in found.sort("starts_at", ASCENDING):
            session = _session(document)
            by_activity.setdefault(session.activity_id, []).append(session)
        return by_activity

    def save(self, before: Session, after: Session, *, within: Transaction) -> None:
        """Saves what is different, only while the session is still what was decided on.

        Raises LostRace when somebody else changed it meanwhile. Does nothing when nothing changed.
        """
        was, now = _document(before), _document(replace(after, version=before.version + 1))
        change = {name: value for name, value in now.items() if value != was[name]}
        if change.keys() <= {"version"}:
            return
        outcome = self._documents.update_one(
            {"_id": before.session_id, "version": before.version}, {"$set": change},
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"session {before.session_id}")

    def close(self, session: Session, at: datetime, *, within: Transaction) -> None:
        """Marks the session final. Raises LostRace when it changed meanwhile."""
        self.save(session, replace(session, closed_at=at), within=within)


def _document(session: Session) -> Document:
    fields = asdict(session)
    fields["pools"], fields["seats"] = list(fields["pools"]), list(fields["seats"])
    return {"_id": fields.pop("session_id"), **fields}


def _session(document: Document) -> Session:
    fields = dict(document)
    fields["terms"] = Terms(**fields["terms"])
    fields["pools"] = tuple(Pool(**each) for each in fields["pools"])
    fields["seats"] = tuple(SeatKind(**each) for each in fields["seats"])
    return Session(session_id=fields.pop("_id"), **fields)
