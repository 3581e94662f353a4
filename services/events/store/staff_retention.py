"""What is past its time of staff: secrets of accounts that were shut, logins, requests (C-31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from kernel.transaction import Transaction

Document = dict[str, Any]
SECRETS: Document = {"password": None, "secret": None, "recovery": [], "invitation": None,
                     "person_ref": None, "subject": None}
SHUT: Document = {"open": False, "$or": [
    {"password": {"$ne": None}}, {"secret": {"$ne": None}}, {"person_ref": {"$ne": None}},
    {"subject": {"$type": "string"}}]}


class StaffRetention:
    """Across `staff_accounts`, `staff_logins` and `staff_requests`."""

    def __init__(self, database: Database[Document]) -> None:
        self._accounts, self._logins = database["staff_accounts"], database["staff_logins"]
        self._requests = database["staff_requests"]

    def oldest_shut(self) -> datetime | None:
        """When the first account that still has secrets was shut: its logins ended then."""
        return _first(self._accounts, SHUT, "logins_from")

    def forget_secrets(self, before: datetime, *, within: Transaction) -> int:
        """Takes password, authenticator and person from accounts shut before then; how many. Their
        names stay: the audit log says them."""
        return self._accounts.update_many(
            {**SHUT, "logins_from": {"$lt": before}}, {"$set": SECRETS, "$inc": {"version": 1}},
            session=within.session).modified_count

    def oldest_login(self) -> datetime | None:
        """The end of the first login that is kept."""
        return _first(self._logins, {}, "expires_at")

    def forget_logins(self, before: datetime, *, within: Transaction) -> int:
        """Deletes logins that were over before then; how many."""
        return self._logins.delete_many({"expires_at": {"$lt": before}},
                                        session=within.session).deleted_count

    def oldest_request(self) -> datetime | None:
        """When the first request that is kept was asked."""
        return _first(self._requests, {}, "asked_at")

    def forget_requests(self, before: datetime, *, within: Transaction) -> int:
        """Deletes requests asked before then, decided or not; how many."""
        return self._requests.delete_many({"asked_at": {"$lt": before}},
                                          session=within.session).deleted_count


def _first(collection: Any, chosen: Document, field: str) -> datetime | None:
    found = collection.find_one(chosen, {field: 1}, sort=[(field, ASCENDING)])
    moment: datetime | None = found[field] if found else None
    return moment
