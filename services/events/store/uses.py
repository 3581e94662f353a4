"""How often something may still be used: numbered keys of which each is taken once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"uses": []}
Document = dict[str, Any]


class Uses:
    """Collection `uses`; `_id` is `<key>/<number>`, so that no number is ever taken twice."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["uses"]

    def take(self, key: str, *, limit: int, within: Transaction) -> bool:
        """Takes the first free one of the key's `limit` numbers; False when there is none.

        Raises LostRace when somebody else took it at the same moment: the next attempt sees that.
        """
        names = [f"{key}/{number}" for number in range(1, limit + 1)]
        found = self._documents.find({"_id": {"$in": names}}, {"_id": 1}, session=within.session)
        taken = {document["_id"] for document in found}
        free = next((name for name in names if name not in taken), None)
        if free is None:
            return False
        with first_come():
            self._documents.insert_one({"_id": free}, session=within.session)
        return True
