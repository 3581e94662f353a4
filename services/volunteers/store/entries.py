"""The entries of all ledgers: only added to, read in the order in which they were entered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count

from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.chain import Head
from services.volunteers.domain.entry import Entry
from services.volunteers.store.documents import (
    Document,
    by_keys,
    entry_document,
    entry_key,
    entry_of,
)


class Entries:
    """Collection `entries`: `_id` is person/number; no other index, whatever is asked."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["entries"]

    def add(self, entries: Iterable[Entry], *, within: Transaction) -> None:
        """New ones at the ends of their chains. One that is there already is a lost race."""
        documents = [entry_document(entry) for entry in entries]
        if documents:
            with first_come():
                self._documents.insert_many(documents, ordered=False, session=within.session)

    def of_person(self, person_ref: str, *, up_to: int, first: date = date.min,
                  last: date = date.max, as_of: datetime | None = None,
                  within: Transaction | None = None) -> list[Entry]:
        """A person's entries up to this number, which the head tells, of sessions that began on
        these local days (C-44), in the order in which they were entered; with `as_of` only those
        entered by then. Raises Unavailable."""
        query: Document = {}
        if first > date.min or last < date.max:
            query["day"] = {"$gte": first.isoformat(), "$lte": last.isoformat()}
        if as_of:
            query["entered_at"] = {"$lte": as_of}
        return self._numbered(person_ref, 1, up_to, query, within)

    def numbered(self, person_ref: str, first: int, last: int) -> list[Entry]:
        """A person's entries of these numbers, both included, in order. Raises Unavailable."""
        return self._numbered(person_ref, first, last, {}, None)

    def _numbered(self, person_ref: str, first: int, last: int, query: Document,
                  within: Transaction | None) -> list[Entry]:
        """Each is found by its key: as quick in a ledger of millions as alone, on every database.
        A range of keys is not: the embedded one walks through all of them to sort it."""
        keys = (entry_key(person_ref, number) for number in range(first, last + 1))
        with available():
            found = [entry_of(each)
                     for each in by_keys(self._documents, keys, query=query, within=within)]
        return sorted(found, key=lambda entry: entry.number)

    def last_by(self, head: Head, moment: datetime) -> Entry | None:
        """The last entry of the chain up to this head that was entered by then, None when none was.

        Times never go back within a chain: a guess by proportion and a halving, in turns, find it
        in a few steps among any number. Raises Unavailable.
        """
        with available():
            low, below = 1, self._one(head.person_ref, 1)
            if below is None or head.entered_at is None or below.entered_at > moment:
                return None
            high, above = head.number, head.entered_at
            if above <= moment:
                return self._one(head.person_ref, high)
            for step in count():
                if high - low <= 1:
                    return below
                share = (moment - below.entered_at) / (above - below.entered_at)
                ahead = int((high - low) * (0.5 if step % 3 == 2 else share)) + step % 3 % 2
                number = min(max(low + ahead, low + 1), high - 1)
                found = self._one(head.person_ref, number)
                if found is None:
                    return None  # altered: verifying says where
                if found.entered_at <= moment:
                    low, below = number, found
                else:
                    high, above = number, found.entered_at
        return None

    def _one(self, person_ref: str, number: int) -> Entry | None:
        found = self._documents.find_one({"_id": entry_key(person_ref, number)})
        return entry_of(found) if found else None
