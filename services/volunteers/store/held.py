"""Held lines as lists show them: kept in step with the ledger, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.mongo import available
from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.volunteers.domain.broken import UnknownHeld
from services.volunteers.domain.entry import Entry, Reason
from services.volunteers.domain.held import Held, held_of
from services.volunteers.domain.ruling import Level
from services.volunteers.domain.stays import Stay
from services.volunteers.store.documents import Document, within_limits

INDEXES: Mapping[str, list[IndexModel]] = {
    "held": [
        IndexModel([("settled_at", ASCENDING), ("since", ASCENDING)], name="waiting"),
        IndexModel([("session.session_id", ASCENDING)], name="session"),
    ],
}


class HeldLines:
    """Collection `held`: `_id` is the entry's. What was settled stays, with when."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["held"]

    def follow(self, entries: Iterable[Entry], *, within: Transaction) -> set[str]:
        """Keeps what these entries hold and settles what they reverse; sessions of new ones."""
        known = list(entries)
        come = [held for entry in known if (held := held_of(entry))]
        gone = [entry for entry in known if entry.reverses and entry.reason]
        if come:
            with first_come():
                self._documents.insert_many(
                    [_document(each) for each in come], ordered=False, session=within.session,
                )
        old = [
            UpdateOne({"_id": each.reverses}, {"$set": {"settled_at": each.entered_at}})
            for each in gone
        ]
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)
        return {each.session.session_id for each in come}

    def one(self, entry_id: str, *, within: Transaction | None = None) -> Held:
        """Raises UnknownHeld, Unavailable."""
        session = within.session if within else None
        with available():
            found = self._documents.find_one({"_id": entry_id}, session=session)
        if found is None:
            raise UnknownHeld(entry_id)
        return _held(found)

    def waiting(self, *, level: Level | None = None, reasons: Collection[Reason] = (),
                skip: int, limit: int, limits: Scope = ALL) -> list[Held]:
        """Those that wait within the limits, longest first; of a level or of some reasons only.
        Raises Unavailable."""
        query: Document = {"settled_at": None}
        if level:
            query["level"] = level
        if reasons:
            query["reason"] = {"$in": sorted(reasons)}
        query |= within_limits(limits)
        with available():
            found = self._documents.find(query).sort([("since", ASCENDING), ("_id", ASCENDING)])
            return [_held(each) for each in found.skip(skip).limit(limit)]

    def counts(self, session_ids: Collection[str], *,
               within: Transaction | None = None) -> dict[str, int]:
        """How many wait, by session; a session without any is left out. Raises Unavailable."""
        steps: list[Document] = [
            {"$match": {"session.session_id": {"$in": sorted(session_ids)}, "settled_at": None}},
            {"$group": {"_id": "$session.session_id", "number": {"$sum": 1}}},
        ]
        with available():
            found = self._documents.aggregate(steps, session=within.session if within else None)
            return {each["_id"]: each["number"] for each in found}


def _document(held: Held) -> Document:
    return {"_id": held.entry_id, **vars(held), "session": vars(held.session),
            "stay": vars(held.stay)}


def _held(document: Mapping[str, Any]) -> Held:
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Held(**fields | {"session": SessionRef(**document["session"]),
                            "stay": Stay(**document["stay"])})
