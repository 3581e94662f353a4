"""Entitlements as documents: one per programme and person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownEntitlement
from services.events.domain.entitlement import Entitlement

INDEXES: Mapping[str, list[IndexModel]] = {
    "entitlements": [
        IndexModel([("programme", ASCENDING), ("person_ref", ASCENDING)], unique=True),
        IndexModel([("programme", ASCENDING), ("granted_at", DESCENDING)]),
    ],
}
Document = dict[str, Any]
_DAYS = ("valid_from", "valid_until")


class Entitlements:
    """Collection `entitlements`, by id; each keeps in `past` what it was before."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["entitlements"]

    def of_person(self, programme: str, person_ref: str, *,
                  within: Transaction) -> Entitlement | None:
        """The person's entitlement in this programme, valid or not."""
        natural = {"programme": programme, "person_ref": person_ref}
        found = self._documents.find_one(natural, session=within.session)
        return _entitlement(found) if found else None

    def of_anything(self, person_ref: str, programmes: Iterable[str]) -> list[Entitlement]:
        """All of the person in these programmes, the earliest granted first."""
        found = self._documents.find(_of([person_ref], programmes))
        return sorted(map(_entitlement, found), key=lambda each: each.granted_at)

    def forget(self, person_refs: Iterable[str], programmes: Iterable[str], *,
               within: Transaction) -> None:
        """Deletes those of these people, with what they were before. Safe to repeat."""
        self._documents.delete_many(_of(person_refs, programmes), session=within.session)

    def one(self, programme: str, entitlement_id: str, *, within: Transaction) -> Entitlement:
        """Raises UnknownEntitlement."""
        natural = {"_id": entitlement_id, "programme": programme}
        found = self._documents.find_one(natural, session=within.session)
        if found is None:
            raise UnknownEntitlement(entitlement_id)
        return _entitlement(found)

    def add(self, entitlement: Entitlement, *, within: Transaction) -> None:
        """Keeps a person's first one. Raises LostRace when there is one meanwhile."""
        with first_come():
            self._documents.insert_one({**_document(entitlement), "past": []},
                                       session=within.session)

    def change(self, before: Entitlement, after: Entitlement, *, within: Transaction) -> None:
        """Replaces what is known and keeps what was known before."""
        fields = _document(after)
        self._documents.update_one(
            {"_id": fields.pop("_id")}, {"$set": fields, "$push": {"past": _document(before)}},
            session=within.session,
        )

    def listed(self, programme: str, *, person_ref: str | None = None,
               limit: int = 500) -> list[Entitlement]:
        """The latest granted first; of one person when named."""
        wanted = {"programme": programme, **({"person_ref": person_ref} if person_ref else {})}
        found = self._documents.find(wanted).sort("granted_at", DESCENDING).limit(limit)
        return [_entitlement(document) for document in found]


def _of(person_refs: Iterable[str], programmes: Iterable[str]) -> Document:
    """By the index, which begins with the programme."""
    return {"programme": {"$in": list(programmes)}, "person_ref": {"$in": list(person_refs)}}


def _document(entitlement: Entitlement) -> Document:
    fields = dict(vars(entitlement))
    days = {name: fields[name] and fields[name].isoformat() for name in _DAYS}
    return {"_id": fields.pop("entitlement_id"), **fields, **days}


def _entitlement(document: Document) -> Entitlement:
    fields = {name: value for name, value in document.items() if name not in ("_id", "past")}
    for name in _DAYS:
        fields[name] = fields[name] and date.fromisoformat(fields[name])
    return Entitlement(entitlement_id=document["_id"], **fields)
