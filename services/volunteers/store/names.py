"""Names by person, sealed, as their sign-ups told them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bson.binary import Binary
from pymongo import IndexModel, ReplaceOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction

FOR_GOOD = 2**62  # later than any fact that is told of a contact
INDEXES: Mapping[str, list[IndexModel]] = {"names": []}


class Names:
    """Collection `names`: `{_id: person_ref, sequence, name}`, the name sealed by the caller, None
    once it was forgotten: so that what is told again does not bring it back."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["names"]

    def keep(self, told: Mapping[str, tuple[int, Binary]], *, within: Transaction) -> None:
        """Names by person, each with the sequence of its fact; an older one changes nothing."""
        query = {"_id": {"$in": list(told)}}
        found = self._documents.find(query, {"sequence": 1}, session=within.session)
        known = {document["_id"]: document["sequence"] for document in found}
        changes = [
            ReplaceOne({"_id": ref}, {"sequence": sequence, "name": name}, upsert=True)
            for ref, (sequence, name) in told.items() if sequence > known.get(ref, 0)
        ]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def of(self, person_ref: str) -> Binary | None:
        """The person's sealed name; None while nothing was heard of them, or once forgotten."""
        with available():
            found = self._documents.find_one({"_id": person_ref})
        return found["name"] if found else None

    def forget(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """For deletion: no name is kept of these any more, whatever is heard of them (C-29)."""
        gone = {"sequence": FOR_GOOD, "name": None}
        changes = [ReplaceOne({"_id": ref}, gone, upsert=True) for ref in person_refs]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)
