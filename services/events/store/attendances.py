"""Attendances as documents: one per person and session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction
from services.events.domain.attendance import Attendance, Stay

INDEXES: Mapping[str, list[IndexModel]] = {
    "attendances": [
        IndexModel([("session_id", ASCENDING)]),
        IndexModel([("activity_id", ASCENDING), ("person_ref", ASCENDING)]),
    ],
}
Document = dict[str, Any]


class Attendances:
    """Collection `attendances`, by {session}.{person}."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["attendances"]

    def of_people(self, activity_id: str, person_refs: Iterable[str], *,
                  within: Transaction) -> list[Attendance]:
        """What these people did at all sessions of the activity."""
        found = self._documents.find(
            {"activity_id": activity_id, "person_ref": {"$in": list(person_refs)}},
            session=within.session,
        )
        return [_attendance(document) for document in found]

    def of_session(self, session_id: str, *,
                   within: Transaction | None = None) -> dict[str, Attendance]:
        """By person_ref, everybody who was scanned at the session."""
        found = self._documents.find(
            {"session_id": session_id}, session=within and within.session
        )
        return {document["person_ref"]: _attendance(document) for document in found}

    def stays_of(self, person_ref: str,
                 session_ids: Iterable[str]) -> dict[tuple[str, str], tuple[Stay, ...]]:
        """What one person did, by session and registration."""
        keys = [f"{session_id}.{person_ref}" for session_id in session_ids]
        found = map(_attendance, self._documents.find({"_id": {"$in": keys}}))
        return {(each.session_id, each.registration_id): each.stays for each in found}

    def came(self, session_ids: Iterable[str]) -> dict[str, int]:
        """How many persons were scanned at each of the sessions; none: not in it."""
        seen = {"session_id": {"$in": list(session_ids)}, "stays.0": {"$exists": True}}
        counted = {"_id": "$session_id", "persons": {"$sum": 1}}
        found = self._documents.aggregate([{"$match": seen}, {"$group": counted}])
        return {document["_id"]: document["persons"] for document in found}

    def add(self, attendances: Iterable[Attendance], *, within: Transaction) -> None:
        """Keeps new ones. Raises LostRace when somebody added one meanwhile."""
        documents = [_document(each) for each in attendances]
        if documents:
            with first_come():
                self._documents.insert_many(documents, session=within.session)

    def replace(self, attendances: Iterable[Attendance], *, within: Transaction) -> None:
        """Saves changed ones, all at once."""
        changes = [ReplaceOne({"_id": each["_id"]}, each) for each in map(_document, attendances)]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def settle(self, attendances: Iterable[Attendance], *, within: Transaction) -> None:
        """Makes the state of the ones that are there final, all at once."""
        by_state: dict[str, list[str]] = {}
        for each in attendances:
            by_state.setdefault(each.state, []).append(_key(each))
        for state, keys in by_state.items():
            self._documents.update_many(
                {"_id": {"$in": keys}}, {"$set": {"state": state}}, session=within.session
            )


def _document(attendance: Attendance) -> Document:
    fields = dict(vars(attendance))
    fields["stays"] = [dict(vars(stay)) for stay in attendance.stays]
    return {"_id": _key(attendance), **fields}


def _key(attendance: Attendance) -> str:
    return f"{attendance.session_id}.{attendance.person_ref}"


def _attendance(document: Document) -> Attendance:
    fields = dict(document)
    fields.pop("_id")
    fields["stays"] = tuple(Stay(**stay) for stay in fields["stays"])
    return Attendance(**fields)
