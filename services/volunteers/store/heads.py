"""The ends of all chains: one document per person, changed only as it was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pymongo import ReplaceOne
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.chain import Head
from services.volunteers.store.documents import Document


class Heads:
    """Collection `heads`: `_id` is the person_ref. Two processes that add to one ledger meet here;
    the second is tried again."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["heads"]

    def some(self, people: Collection[str], *, within: Transaction) -> dict[str, Head]:
        """Of those who have entries, by person."""
        found = self._documents.find({"_id": {"$in": sorted(people)}}, session=within.session)
        return {document["_id"]: _head(document) for document in found}

    def of(self, person_ref: str) -> Head:
        """A person's; of number 0 for one without entries. Raises Unavailable."""
        with available():
            found = self._documents.find_one({"_id": person_ref})
        return _head(found) if found else Head(person_ref=person_ref)

    def all(self) -> Iterator[Head]:
        """Everybody's, in no order. Raises Unavailable."""
        with available():
            for document in self._documents.find():
                yield _head(document)

    def save(self, heads: Iterable[Head], *, known: Mapping[str, Head],
             within: Transaction) -> None:
        """Each from what is known of it, read within the same transaction: the snapshot makes
        whoever comes second start anew, and so does the key of its first entry. Raises LostRace
        when it is gone by now."""
        new = [head for head in heads if head.person_ref not in known]
        old = [
            ReplaceOne({"_id": head.person_ref}, _fields(head))
            for head in heads if head.person_ref in known
        ]
        if new:
            documents = [{"_id": head.person_ref, **_fields(head)} for head in new]
            with first_come():
                self._documents.insert_many(documents, ordered=False, session=within.session)
        if old:
            changed = self._documents.bulk_write(old, ordered=False, session=within.session)
            if changed.matched_count != len(old):
                raise LostRace


def _fields(head: Head) -> Document:
    return {name: value for name, value in vars(head).items() if name != "person_ref"}


def _head(document: Mapping[str, Any]) -> Head:
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Head(person_ref=document["_id"], **fields)
