"""Telephone numbers by person: sealed, and nothing else of a person is kept here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne, UpdateOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from kernel.vault import Sealing

INDEXES: Mapping[str, list[IndexModel]] = {
    "contacts": [IndexModel([("digest", ASCENDING)], name="digest")]
}
FOR_GOOD = 2**62  # later than any fact that is told of a contact


class Contacts:
    """Collection `contacts`: `{_id: person_ref, sequence, number, digest, at}`, the number sealed
    and found only by its keyed hash (N-23); both None once it was forgotten for good, so that
    what is told again does not bring it back."""

    def __init__(self, database: Database[dict[str, Any]], vault: Sealing) -> None:
        self._documents = database["contacts"]
        self._vault = vault

    def sequences(self, person_refs: Collection[str], *, within: Transaction) -> dict[str, int]:
        """By person, the sequence of the fact whose number is kept."""
        query = {"_id": {"$in": list(person_refs)}}
        found = self._documents.find(query, {"sequence": 1}, session=within.session)
        return {document["_id"]: document["sequence"] for document in found}

    def keep(self, numbers: Mapping[str, tuple[int, str]], *, within: Transaction) -> None:
        """Numbers by person, each with the sequence of the fact that told it."""
        changes = [
            ReplaceOne({"_id": person_ref},
                       {"sequence": sequence, "number": self._vault.seal(number),
                        "digest": self.digest(number), "at": within.now}, upsert=True)
            for person_ref, (sequence, number) in numbers.items()
        ]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def forget(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """Nothing is kept of these any more, whatever is heard of them (C-29). Safe to repeat."""
        gone = {"sequence": FOR_GOOD, "number": None, "digest": None}
        changes = [ReplaceOne({"_id": ref}, gone, upsert=True) for ref in person_refs]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def outdate(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """The numbers kept are somebody else's by now; a later fact may tell others."""
        gone = {"$set": {"number": None, "digest": None}}
        changes = [UpdateOne({"_id": ref}, gone) for ref in person_refs]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def digest(self, number: str) -> str:
        """The keyed hash that stands for a number wherever it need not be known."""
        return self._vault.digest(f"number|{number}")

    def digests(self, person_refs: Collection[str], *, within: Transaction) -> set[str]:
        """The keyed hashes of these people's numbers."""
        query = {"_id": {"$in": list(person_refs)}, "digest": {"$ne": None}}
        found = self._documents.find(query, {"digest": 1}, session=within.session)
        return {document["digest"] for document in found}

    def person_with(self, digest: str, *, within: Transaction) -> str | None:
        """Somebody with this number, always the same one of several."""
        found = self._documents.find({"digest": digest}, {"_id": 1}, session=within.session)
        return min((document["_id"] for document in found), default=None)

    def numbers(self, person_refs: Collection[str]) -> dict[str, str]:
        """The numbers of those whose number is known."""
        with available():
            found = self._documents.find({"_id": {"$in": list(person_refs)}})
            return {document["_id"]: self._vault.open(document["number"])
                    for document in found if document["number"] is not None}
