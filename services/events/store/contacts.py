"""Sealed contacts of people by reference: the one place where the desk looks at them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bson.binary import Binary
from pymongo.database import Database

from kernel.transaction import Transaction

Document = dict[str, Any]


class Contacts:
    """Reads `contact` of the collection `people`; never writes."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["people"]

    def sealed(self, person_refs: Iterable[str], *, within: Transaction) -> dict[str, Binary]:
        """By person_ref; whoever is not known, or was forgotten, is not in it."""
        found = self._documents.find(
            {"_id": {"$in": list(person_refs)}}, {"contact": 1}, session=within.session
        )
        return {each["_id"]: each["contact"] for each in found if each.get("contact")}
