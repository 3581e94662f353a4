"""Parties that were prepared before sign-up opens: sealed, and forgotten when used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownPrepared

INDEXES: Mapping[str, list[IndexModel]] = {
    "prepared": [
        IndexModel([("session_id", ASCENDING)]),
        IndexModel([("people", ASCENDING)]),
        IndexModel([("expires", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ]
}
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A party as typed, readable only with the vault; None once it has its registration. `people`
    are the keyed hashes of everybody in it, guardians too: what it is found by to be forgotten."""

    prepared_id: str
    session_id: str
    sealed: Binary | None
    prepared_at: datetime
    expires: datetime
    registration_id: str | None = None
    people: tuple[str, ...] = ()


class PreparedParties:
    """Collection `prepared`, by an id that nobody can guess; it opens the waiting page."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["prepared"]

    def add(self, prepared: Prepared, *, within: Transaction) -> None:
        """Keeps a new one. Raises LostRace when this id is kept meanwhile."""
        fields = dict(vars(prepared))
        with first_come():
            self._documents.insert_one(
                {"_id": fields.pop("prepared_id"), **fields, "people": list(prepared.people)},
                session=within.session,
            )

    def one(self, prepared_id: str, *, within: Transaction | None = None) -> Prepared:
        """Raises UnknownPrepared."""
        found = self._documents.find_one({"_id": prepared_id}, session=within and within.session)
        if found is None:
            raise UnknownPrepared
        people = tuple(found.pop("people", ()))
        return Prepared(prepared_id=found.pop("_id"), people=people, **found)

    def count(self, session_id: str) -> int:
        """How many parties were prepared for the session, used ones too."""
        return self._documents.count_documents({"session_id": session_id})

    def use(self, prepared_id: str, registration_id: str, *, within: Transaction) -> None:
        """What was typed is erased; where it led to is kept. Safe to repeat."""
        used: Document = {"sealed": None, "people": [], "registration_id": registration_id}
        self._documents.update_one({"_id": prepared_id}, {"$set": used}, session=within.session)

    def forget(self, digests: Iterable[str], *, within: Transaction) -> None:
        """Deletes parties with one of these people in them. Safe to repeat."""
        self._documents.delete_many({"people": {"$in": list(digests)}}, session=within.session)
