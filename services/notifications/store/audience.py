"""Who takes part in what: sessions and sign-ups as their facts told, one document each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.domain.audience import Known, SignedUp

INDEXES: Mapping[str, list[IndexModel]] = {
    "audience": [IndexModel([("activity_id", ASCENDING)], name="activity")],
    "sessions": [
        IndexModel([("session.activity_id", ASCENDING)], name="activity"),
        IndexModel([("session.starts_at", ASCENDING)], name="starts"),
    ],
}
Document = dict[str, Any]


class Audience:
    """Collection `audience`: `_id` is the registration's; who ended it stays, as ended."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["audience"]

    def sequences(self, registration_ids: Collection[str], *,
                  within: Transaction) -> dict[str, int]:
        """By registration, the sequence of the fact that is kept."""
        query = {"_id": {"$in": list(registration_ids)}}
        found = self._documents.find(query, {"sequence": 1}, session=within.session)
        return {document["_id"]: document["sequence"] for document in found}

    def keep(self, signups: Iterable[SignedUp], *, within: Transaction) -> None:
        """One write for each. Raises LostRace when another process was first at one of them."""
        changes = [ReplaceOne({"_id": each.registration_id}, _document(each), upsert=True)
                   for each in signups]
        if changes:
            with first_come():
                self._documents.bulk_write(changes, ordered=False, session=within.session)

    def of_activity(self, activity_id: str, session_id: str | None = None) -> list[SignedUp]:
        """Every sign-up that goes on, of the activity or of one session of it."""
        query: Document = {"activity_id": activity_id, "standing": {"$ne": "ended"}}
        if session_id is not None:
            query["session_id"] = session_id
        with available():
            return [_signed_up(each) for each in self._documents.find(query)]


    def forget(self, session: SessionRef, *, limit: int) -> int:
        """Up to so many rows of the session; how many."""
        query = {"activity_id": session.activity_id, "session_id": session.session_id}
        with available():
            ids = [each["_id"] for each in self._documents.find(query, {"_id": 1}).limit(limit)]
            if ids:
                self._documents.delete_many({"_id": {"$in": ids}})
        return len(ids)


class Sessions:
    """Collection `sessions`: `_id` is the session's."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["sessions"]

    def some(self, session_ids: Collection[str], *, within: Transaction) -> dict[str, Known]:
        """Those that are known, by id."""
        query = {"_id": {"$in": list(session_ids)}}
        found = self._documents.find(query, session=within.session)
        return {document["_id"]: _known(document) for document in found}

    def keep(self, sessions: Iterable[Known], *, within: Transaction) -> None:
        """One write for each. Raises LostRace when another process was first at one of them."""
        changes = [
            ReplaceOne({"_id": each.session.session_id},
                       {**vars(each), "session": vars(each.session)}, upsert=True)
            for each in sessions
        ]
        if changes:
            with first_come():
                self._documents.bulk_write(changes, ordered=False, session=within.session)

    def of_activity(self, activity_id: str) -> dict[str, SessionRef]:
        """The activity's sessions by id; empty for one that nobody told of."""
        with available():
            found = self._documents.find({"session.activity_id": activity_id})
            return {each["_id"]: _known(each).session for each in found}

    def since(self, moment: datetime, *, limit: int) -> list[Known]:
        """Those that start after it, the earliest first; what was cancelled is left out."""
        query = {"session.starts_at": {"$gte": moment}, "cancelled": False}
        with available():
            found = self._documents.find(query).sort("session.starts_at", ASCENDING).limit(limit)
            return [_known(each) for each in found]


    def over(self, before: datetime, *, limit: int) -> list[SessionRef]:
        """Those that were over before then, the earliest first."""
        query = {"session.starts_at": {"$lt": before}, "session.ends_at": {"$lt": before}}
        with available():
            found = self._documents.find(query).sort("session.starts_at", ASCENDING).limit(limit)
            return [_known(each).session for each in found]

    def forget(self, session_ids: Collection[str]) -> None:
        """Safe to repeat."""
        with available():
            self._documents.delete_many({"_id": {"$in": list(session_ids)}})


def _document(signup: SignedUp) -> Document:
    fields = {name: value for name, value in vars(signup).items() if name != "registration_id"}
    return {**fields, "party": list(signup.party)}


def _signed_up(document: Mapping[str, Any]) -> SignedUp:
    fields = {name: value for name, value in document.items() if name != "_id"}
    return replace(
        SignedUp(registration_id=document["_id"], **fields), party=tuple(document["party"])
    )


def _known(document: Mapping[str, Any]) -> Known:
    return Known(session=SessionRef(**document["session"]), sequence=document["sequence"],
                 cancelled=document["cancelled"])
