"""Numbers sealed with an older data key are sealed with the one of now (N-23)."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.vault import Vault

AT_ONCE = 500


def reseal_numbers(database: Database[dict[str, Any]], vault: Vault) -> int:
    """How many were sealed anew. Safe to repeat, and beside a running service: a number that was
    told meanwhile is left as it is."""
    contacts, done, after = database["contacts"], 0, ""
    while True:
        with available():
            found = list(contacts.find({"_id": {"$gt": after}}, {"number": 1})
                         .sort("_id", ASCENDING).limit(AT_ONCE))
            old = [each for each in found if not vault.is_current(each["number"])]
            changes = [
                UpdateOne({"_id": each["_id"], "number": each["number"]},
                          {"$set": {"number": vault.seal(vault.open(each["number"]))}})
                for each in old
            ]
            if changes:
                done += contacts.bulk_write(changes, ordered=False).modified_count
        if len(found) < AT_ONCE:
            return done
        after = found[-1]["_id"]
