"""What each telephone got lately, by the keyed hash of its number: one small document each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pymongo
from pymongo import ASCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from kernel.mongo import available
from kernel.vault import Sealing
from services.notifications.domain.limits import Sent

INDEXES: Mapping[str, list[IndexModel]] = {
    "telephones": [IndexModel([("until", ASCENDING)], name="forgotten", expireAfterSeconds=0)],
}
_WITHIN = 3.0  # seconds; whoever is about to send does not wait longer for a count
_DUPLICATE_KEY = 11000
Write = InsertOne[dict[str, Any]] | UpdateOne


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """What one got, as of a version of its document; 0 for one that has none yet."""

    hash: str
    version: int = 0
    sent: Sequence[Sent] = field(default=())


class Telephones:
    """Collection `telephones`, on which workers write by comparing versions: two that count for
    one number at the same moment never both believe that the last place was theirs."""

    def __init__(self, database: Database[dict[str, Any]], vault: Sealing) -> None:
        self._documents = database["telephones"]
        self._vault = vault

    def said(self, text: str) -> str:
        """The keyed hash that stands for a text where only its being the same matters."""
        return self._vault.digest(f"text|{text}")[:16]

    def read(self, hashes: Collection[str]) -> dict[str, Telephone]:
        """Each of them, by its hash. Raises Unavailable."""
        with available(), pymongo.timeout(_WITHIN):
            found = {one["_id"]: one for one in self._documents.find({"_id": {"$in": [*hashes]}})}
        return {hash: _telephone(hash, found.get(hash)) for hash in hashes}

    def write(self, changed: Sequence[Telephone], *, until: datetime) -> set[str]:
        """Writes what each got, where nobody else wrote since its version was read; returns the
        hashes of those that somebody else was first at. `until`: when it may be forgotten. Raises
        Unavailable."""
        writes = [
            _write(each, {"sent": [vars(one) for one in each.sent], "until": until,
                          "version": each.version + 1})
            for each in changed
        ]
        with available(), pymongo.timeout(_WITHIN):
            if not writes or _all_written(self._documents.bulk_write, writes):
                return set()
            there = self.read([each.hash for each in changed])
        return {each.hash for each in changed if _ids(there[each.hash]) != _ids(each)}


def _write(telephone: Telephone, fields: dict[str, Any]) -> Write:
    if not telephone.version:
        return InsertOne({"_id": telephone.hash, **fields})
    return UpdateOne({"_id": telephone.hash, "version": telephone.version}, {"$set": fields})


def _all_written(write: Any, writes: Sequence[Write]) -> bool:
    """One that finds its document made meanwhile has lost the race as well."""
    try:
        result = write(writes, ordered=False)
    except BulkWriteError as error:
        if {fault.get("code") for fault in error.details["writeErrors"]} != {_DUPLICATE_KEY}:
            raise
        return False
    return bool(result.matched_count + result.inserted_count == len(writes))


def _ids(telephone: Telephone) -> list[str]:
    return [each.message_id for each in telephone.sent]


def _telephone(hash: str, document: Mapping[str, Any] | None) -> Telephone:
    if document is None:
        return Telephone(hash=hash)
    sent = [Sent(**each) for each in document["sent"]]
    return Telephone(hash=hash, version=document["version"], sent=sent)
