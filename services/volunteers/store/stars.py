"""Stars by person, with every proposal about them: documents to domain and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.stars.standing import Proposal, Standing

INDEXES: Mapping[str, list[IndexModel]] = {
    "stars": [
        IndexModel([("open", ASCENDING)], name="open",
                   partialFilterExpression={"open": True}),
    ],
}
Document = dict[str, Any]


class Stars:
    """Collection `stars`: one document per person, changed only from the state it was read in."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["stars"]

    def of(self, person_ref: str, *, within: Transaction | None = None) -> Standing:
        """A person's; no stars for one of whom nothing was proposed."""
        session = within.session if within else None
        with available():
            found = self._documents.find_one({"_id": person_ref}, session=session)
        return _standing(found) if found else Standing(person_ref=person_ref)

    def some(self, person_refs: Collection[str]) -> dict[str, Standing]:
        """Those of whom something was proposed, by person."""
        with available():
            found = self._documents.find({"_id": {"$in": sorted(person_refs)}})
            return {each["_id"]: _standing(each) for each in found}

    def open(self, *, limit: int) -> list[Standing]:
        """Those with an open proposal, oldest first."""
        with available():
            found = list(self._documents.find({"open": True}).limit(limit))
        return sorted(map(_standing, found), key=lambda each: each.proposals[-1].proposed_at)

    def save(self, before: Standing, after: Standing, *, within: Transaction) -> None:
        """Raises LostRace when it is another by now."""
        document = _document(after)
        if not before.proposals:
            with first_come():
                self._documents.insert_one({"_id": after.person_ref, **document},
                                           session=within.session)
            return
        known = _document(before)
        changed = self._documents.update_one(
            {"_id": after.person_ref, "count": known["count"], "open": known["open"]},
            {"$set": document}, session=within.session,
        )
        if changed.matched_count != 1:
            raise LostRace


def _document(standing: Standing) -> Document:
    return {
        "stars": standing.stars,
        "scheme": standing.scheme and standing.scheme.isoformat(),
        "open": standing.open is not None,
        "count": len(standing.proposals),
        "proposals": [vars(each) | {"scheme": each.scheme.isoformat()}
                      for each in standing.proposals],
    }


def _standing(document: Document) -> Standing:
    scheme = document["scheme"]
    return Standing(
        person_ref=document["_id"], stars=document["stars"],
        scheme=date.fromisoformat(scheme) if scheme else None,
        proposals=tuple(
            Proposal(**{field.name: each[field.name] for field in fields(Proposal)}
                     | {"scheme": date.fromisoformat(each["scheme"])})
            for each in document["proposals"]
        ),
    )
