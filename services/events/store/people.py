"""People by pseudonym with a sealed contact, and the keyed hashes by which they are found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"people": [], "identities": []}
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class KeptPerson:
    """A person as kept: nothing readable without the vault."""

    person_ref: str
    digest: str
    contact: bytes
    known_since: datetime


class People:
    """Collections `people`, by person_ref, and `identities`, by digest."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["people"]
        self._identities = database["identities"]

    def refs_by_digest(self, digests: Iterable[str], *, within: Transaction) -> dict[str, str]:
        """person_ref by digest, for the digests that are known."""
        wanted = list(digests)
        if not wanted:
            return {}
        found = self._identities.find({"_id": {"$in": wanted}}, session=within.session)
        return {document["_id"]: document["person_ref"] for document in found}

    def known(self, person_refs: Iterable[str], *, within: Transaction) -> set[str]:
        """Which of these references somebody has."""
        wanted = list(person_refs)
        if not wanted:
            return set()
        found = self._documents.find({"_id": {"$in": wanted}}, {"_id": 1}, session=within.session)
        return {document["_id"] for document in found}

    def add(self, people: Iterable[KeptPerson], *, within: Transaction) -> None:
        """Keeps new people. Raises LostRace when one of them became known meanwhile."""
        kept = list(people)
        if not kept:
            return
        identities = [{"_id": each.digest, "person_ref": each.person_ref} for each in kept]
        documents = [
            {"_id": each.person_ref, "contact": each.contact, "known_since": each.known_since}
            for each in kept
        ]
        with first_come():
            self._identities.insert_many(identities, ordered=False, session=within.session)
        self._documents.insert_many(documents, ordered=False, session=within.session)
