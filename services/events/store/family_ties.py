"""Ties of families as documents: who may act for whom, by whose word, from when until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace
from kernel.transaction import Transaction
from services.events.domain.family import Tie

INDEXES: Mapping[str, list[IndexModel]] = {
    "family_ties": [
        IndexModel([("holder_ref", ASCENDING)], name="holders"),
        IndexModel([("member_ref", ASCENDING)], name="members"),
        IndexModel([("asked_at", ASCENDING)], name="asked"),
    ],
}
Document = dict[str, Any]


class FamilyTies:
    """Collection `family_ties`. A tie that is over stays: it is a consent with its end."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["family_ties"]

    def of_people(self, person_refs: Iterable[str], *,
                  within: Transaction | None = None) -> list[Tie]:
        """All ties that one of these people has or had, the oldest first."""
        wanted = {"$in": list(person_refs)}
        found = self._documents.find(
            {"$or": [{"holder_ref": wanted}, {"member_ref": wanted}]},
            session=within and within.session)
        return sorted(map(_tie, found), key=lambda each: (each.asked_at, each.tie_id))

    def add(self, ties: Sequence[Tie], *, within: Transaction) -> None:
        """Keeps new ones."""
        documents = [_document(each) for each in ties]
        if documents:
            self._documents.insert_many(documents, session=within.session)

    def change(self, before: Tie, after: Tie, *, within: Transaction) -> None:
        """Saves it. Raises LostRace when its state changed meanwhile."""
        changes = {name: value for name, value in vars(after).items()
                   if value != getattr(before, name)}
        outcome = self._documents.update_one({"_id": before.tie_id, "state": before.state},
                                             {"$set": changes}, session=within.session)
        if outcome.matched_count != 1:
            raise LostRace("a family")

    def children_let_go(self) -> dict[str, datetime]:
        """Children with a tie that is over and none that stands, and since when that is so."""
        over = self._documents.find({"kind": "child", "state": "over"})
        since: dict[str, datetime] = {}
        for each in over:
            ref = each["member_ref"]
            since[ref] = max(each["ended_at"], since.get(ref, each["ended_at"]))
        held = self._documents.distinct("member_ref", {
            "kind": "child", "state": "standing", "member_ref": {"$in": list(since)}})
        return {ref: at for ref, at in since.items() if ref not in set(held)}

    def forget_unanswered(self, before: datetime, *, within: Transaction) -> int:
        """Deletes what was asked before then and never answered, or refused; how many."""
        return self._documents.delete_many(
            {"state": {"$in": ["asked", "refused"]}, "asked_at": {"$lt": before}},
            session=within.session).deleted_count

    def oldest_unanswered(self) -> datetime | None:
        found = self._documents.find_one({"state": {"$in": ["asked", "refused"]}},
                                         sort=[("asked_at", ASCENDING)])
        moment: datetime | None = found["asked_at"] if found else None
        return moment


def _document(tie: Tie) -> Document:
    fields = dict(vars(tie))
    return {"_id": fields.pop("tie_id"), "purpose": tie.purpose, **fields}


def _tie(document: Document) -> Tie:
    fields = {name: document[name] for name in Tie.__dataclass_fields__ if name in document}
    return Tie(tie_id=document["_id"], **fields)
