"""Deposits of the time bank: only added to, found by person and number of their entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.time_bank import Deposit
from services.volunteers.store.documents import Document, entry_key, of_person


class TimeBank:
    """Collection `time_bank`: `_id` is person/number, that of the entry in `entries`."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["time_bank"]

    def weights(self, numbers: Mapping[str, tuple[str, int]], *,
                within: Transaction) -> dict[str, int]:
        """The weights that were given, by entry_id; `numbers` are person and number by entry_id."""
        keys = [entry_key(*number) for number in numbers.values()]
        found = self._documents.find({"_id": {"$in": keys}}, session=within.session)
        return {row["entry_id"]: row["weight"] for row in found}

    def add(self, deposits: Iterable[Deposit], *, within: Transaction) -> None:
        """New ones. One that is there already is a lost race."""
        documents = [{"_id": entry_key(each.person_ref, each.number), **vars(each)}
                     for each in deposits]
        if documents:
            with first_come():
                self._documents.insert_many(documents, ordered=False, session=within.session)

    def of_person(self, person_ref: str) -> list[Deposit]:
        """A person's, in the order in which they were entered. Raises Unavailable."""
        with available():
            found = self._documents.find(of_person(person_ref), {"_id": 0}).sort("_id", 1)
            return [Deposit(**row) for row in found]
