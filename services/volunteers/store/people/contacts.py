"""Whose reference is whose, as events told it: keyed hashes of name and telephone, no contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pymongo import IndexModel, UpdateOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"heard_contacts": []}


class HeardContacts:
    """Collection `heard_contacts`, by digest of telephone and name."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database["heard_contacts"]

    def keep(self, refs: Mapping[str, str], *, within: Transaction) -> None:
        """The person_ref by digest; a name and number belong to the latest it was told with."""
        changes = [
            UpdateOne({"_id": digest}, {"$set": {"person_ref": ref}}, upsert=True)
            for digest, ref in refs.items()
        ]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def forget(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """What leads to these; a walk through the hashes, for who leaves for good (C-29)."""
        self._documents.delete_many({"person_ref": {"$in": list(person_refs)}},
                                    session=within.session)

    def reference(self, digest: str, *, within: Transaction) -> str | None:
        """The person_ref that was told with this name and number."""
        with available():
            found = self._documents.find_one({"_id": digest}, session=within.session)
        return found["person_ref"] if found else None
