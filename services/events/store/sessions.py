"""Sessions (场次) and their pools of places as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownSession
from services.events.domain.signup import Session

INDEXES: Mapping[str, list[IndexModel]] = {
    "sessions": [IndexModel([("activity_id", ASCENDING), ("starts_at", ASCENDING)])],
}
Document = dict[str, Any]


class Sessions:
    """Collection `sessions`, by id; the pool is part of the document."""

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

    def of_activities(self, activity_ids: Iterable[str]) -> dict[str, list[Session]]:
        """The sessions of each activity, earliest first."""
        found = self._documents.find({"activity_id": {"$in": list(activity_ids)}})
        by_activity: dict[str, list[Session]] = {}
        for document in found.sort("starts_at", ASCENDING):
            session = _session(document)
            by_activity.setdefault(session.activity_id, []).append(session)
        return by_activity

    def save_pool(self, before: Session, after: Session, *, within: Transaction) -> None:
        """Saves the counters, only while they are still what the decision was made on.

        Raises LostRace when somebody else changed them meanwhile.
        """
        counters = ("taken", "waiting", "arrivals")
        guard = {name: getattr(before, name) for name in counters}
        change = {name: getattr(after, name) for name in counters}
        outcome = self._documents.update_one(
            {"_id": before.session_id, "closed_at": None, **guard}, {"$set": change},
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"pool of session {before.session_id}")

    def close(self, session: Session, at: datetime, *, within: Transaction) -> None:
        """Marks the session final. Raises LostRace when it already is."""
        outcome = self._documents.update_one(
            {"_id": session.session_id, "closed_at": None}, {"$set": {"closed_at": at}},
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"closing of session {session.session_id}")


def _document(session: Session) -> Document:
    fields = dict(vars(session))
    return {"_id": fields.pop("session_id"), **fields}


def _session(document: Document) -> Session:
    fields = dict(document)
    return Session(session_id=fields.pop("_id"), **fields)
