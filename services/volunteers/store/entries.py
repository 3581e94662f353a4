"""The entries of all ledgers: only added to, read in the order in which they were entered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pymongo import DESCENDING
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.entry import Entry
from services.volunteers.store.documents import (
    Document,
    entry_document,
    entry_key,
    entry_of,
    of_person,
)

PROBES = 64  # places looked at together while a moment is sought


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

    def of_person(self, person_ref: str, *, first: date = date.min, last: date = date.max,
                  as_of: datetime | None = None,
                  within: Transaction | None = None) -> list[Entry]:
        """A person's entries of sessions that began on these local days (C-44), in the order in
        which they were entered; with `as_of` only those entered by then. Raises Unavailable."""
        query = of_person(person_ref)
        if first > date.min or last < date.max:
            query["day"] = {"$gte": first.isoformat(), "$lte": last.isoformat()}
        if as_of:
            query["entered_at"] = {"$lte": as_of}
        session = within.session if within else None
        with available():
            found = self._documents.find(query, session=session).sort("_id", 1)
            return [entry_of(document) for document in found]

    def last_by(self, person_ref: str, moment: datetime, *, of: int) -> Entry | None:
        """The last of the first `of` entries that was entered by then; None when none was.

        Times never go back within a chain, so a few steps find it among any number: each looks at
        PROBES places at once. Raises Unavailable.
        """
        low, high = 0, of  # the entry sought is number low … high; 0 stands for none
        with available():
            while low < high:
                step = max((high - low) // PROBES, 1)
                places = [*range(low + step, high, step), high]
                keys = [entry_key(person_ref, number) for number in places]
                found = self._documents.find({"_id": {"$in": keys}}, {"number": 1, "entered_at": 1})
                times = {row["number"]: row["entered_at"] for row in found}
                passed = [number for number in places
                          if number in times and times[number] <= moment]
                ahead = [number for number in places if number not in passed]
                low = max(passed, default=low)
                high = min(ahead, default=low + 1) - 1
            found_one = self._documents.find_one({"_id": entry_key(person_ref, low)})
        return entry_of(found_one) if found_one else None

    def last_before(self, person_ref: str, moment: datetime) -> Entry | None:
        """The last one entered before then, for a moment not long ago; None when none was."""
        query = of_person(person_ref) | {"entered_at": {"$lt": moment}}
        with available():
            found = list(self._documents.find(query).sort("_id", DESCENDING).limit(1))
        return entry_of(found[0]) if found else None
