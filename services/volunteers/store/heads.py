"""The ends of all chains: one document per person, changed only from the number it had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
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

    def from_on(self, person_ref: str, since: datetime) -> Iterator[Head]:
        """Those from this person on, in order, to whom something was added since. Every head from
        there on is looked at: no index knows when a head was changed. Raises Unavailable."""
        query = {"_id": {"$gte": person_ref}, "entered_at": {"$gte": since}}
        with available():
            for document in self._documents.find(query).sort("_id", ASCENDING):
                yield _head(document)

    def save(self, heads: Iterable[Head], *, known: Mapping[str, Head],
             within: Transaction) -> None:
        """Each from what is known of it. Raises LostRace when it is another by now."""
        new = [head for head in heads if head.person_ref not in known]
        old = [
            UpdateOne({"_id": head.person_ref, "number": known[head.person_ref].number},
                      {"$set": _fields(head)})
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
