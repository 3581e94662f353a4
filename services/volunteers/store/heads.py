"""The ends of all chains, for those who only read them; `Folios` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pymongo import ASCENDING
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.chain import Head
from services.volunteers.store.documents import Document, head_fields, head_of

_END = dict.fromkeys(head_fields(Head(person_ref="")), 1)  # without what was heard


class Heads:
    """Collection `heads`: `_id` is the person_ref."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["heads"]

    def of(self, person_ref: str, *, within: Transaction | None = None) -> Head:
        """A person's; of number 0 for one without entries. Raises Unavailable."""
        with available():
            found = self._documents.find_one({"_id": person_ref}, _END,
                                             session=within and within.session)
        return head_of(found) if found else Head(person_ref=person_ref)

    def all(self) -> Iterator[Head]:
        """Those of everybody with entries, in no order. Raises Unavailable."""
        with available():
            for document in self._documents.find({"number": {"$gt": 0}}, _END):
                yield head_of(document)

    def from_on(self, person_ref: str, since: datetime) -> Iterator[Head]:
        """Those from this person on, in order, to whom something was added since. Every head from
        there on is looked at: no index knows when a head was changed. Raises Unavailable."""
        query = {"_id": {"$gte": person_ref}, "entered_at": {"$gte": since}}
        with available():
            for document in self._documents.find(query, _END).sort("_id", ASCENDING):
                yield head_of(document)
