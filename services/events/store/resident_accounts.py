"""Residents' accounts, one for each telephone, and the devices on which they are signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "resident_accounts": [
        IndexModel([("number", ASCENDING)], name="number", unique=True),
        IndexModel([("person_refs", ASCENDING)], name="people"),
    ],
    "resident_logins": [
        IndexModel([("account_id", ASCENDING), ("began", DESCENDING)], name="of_account"),
        IndexModel([("expires_at", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ],
}
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Account:
    """One telephone's account. `number` is the telephone's keyed hash, `phone` the telephone
    sealed; `person_refs` whom it stands for, as told last; `changes` counts what was changed."""

    account_id: str
    number: str
    phone: Binary
    opened_at: datetime
    logins_from: datetime
    person_refs: tuple[str, ...] = ()
    changes: int = 0


@dataclass(frozen=True, kw_only=True)
class KeptLogin:
    """One sign-in on one device, as its owner sees it; `device` are words like 手机 · Chrome."""

    login_id: str
    account_id: str
    device: str
    began: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class ResidentAccounts:
    """Collections `resident_accounts` and `resident_logins`."""

    def __init__(self, database: Database[Document]) -> None:
        self._accounts = database["resident_accounts"]
        self._logins = database["resident_logins"]

    def one(self, account_id: str, *, within: Transaction | None = None) -> Account | None:
        """The account, None when there is none."""
        return self._found({"_id": account_id}, within)

    def with_number(self, number: str, *, within: Transaction | None = None) -> Account | None:
        """The account of the telephone with this keyed hash."""
        return self._found({"number": number}, within)

    def standing_for(self, person_refs: Sequence[str], *, within: Transaction) -> list[Account]:
        """The accounts that stand for one of these people."""
        found = self._accounts.find({"person_refs": {"$in": list(person_refs)}},
                                    session=within.session)
        return [_account(each) for each in found]

    def add(self, account: Account, *, within: Transaction) -> None:
        """Keeps a new one. Raises LostRace when the number has one meanwhile."""
        fields = dict(vars(account))
        fields["person_refs"] = list(account.person_refs)
        with first_come():
            self._accounts.insert_one({"_id": fields.pop("account_id"), **fields},
                                      session=within.session)

    def change(self, before: Account, *, within: Transaction, **changes: Any) -> None:
        """Sets these fields. Raises LostRace when the account changed meanwhile."""
        outcome = self._accounts.update_one(
            {"_id": before.account_id, "changes": before.changes},
            {"$set": changes, "$inc": {"changes": 1}}, session=within.session)
        if outcome.matched_count != 1:
            raise LostRace("an account")

    def sign_in(self, login: KeptLogin, *, within: Transaction) -> None:
        """Keeps a new login."""
        fields = dict(vars(login))
        self._logins.insert_one({"_id": fields.pop("login_id"), **fields}, session=within.session)

    def login(self, login_id: str, *, within: Transaction | None = None) -> KeptLogin | None:
        """The login, None when there is none (any more)."""
        found = self._logins.find_one({"_id": login_id}, session=within and within.session)
        return _login(found) if found else None

    def logins(self, account_id: str, now: datetime) -> list[KeptLogin]:
        """Those that were not ended and still hold, the newest first."""
        found = self._logins.find({"account_id": account_id, "ended_at": None,
                                   "expires_at": {"$gt": now}})
        return [_login(each) for each in found.sort("began", DESCENDING)]

    def end(self, account_id: str, login_id: str, *, within: Transaction) -> KeptLogin | None:
        """The login of that account as it was, ended now; None when there is none to end."""
        query = {"_id": login_id, "account_id": account_id, "ended_at": None}
        found = self._logins.find_one(query, session=within.session)
        if found is None:
            return None
        self._logins.update_one(query, {"$set": {"ended_at": within.now}}, session=within.session)
        return _login(found)

    def end_all(self, account_id: str, *, within: Transaction) -> None:
        """Ends all of them."""
        self._logins.update_many({"account_id": account_id, "ended_at": None},
                                 {"$set": {"ended_at": within.now}}, session=within.session)

    def _found(self, query: Document, within: Transaction | None) -> Account | None:
        found = self._accounts.find_one(query, session=within and within.session)
        return _account(found) if found else None


def _account(document: Document) -> Account:
    fields = {name: document[name] for name in Account.__dataclass_fields__ if name in document}
    fields["person_refs"] = tuple(document["person_refs"])
    return Account(account_id=document["_id"], **fields)


def _login(document: Document) -> KeptLogin:
    fields = dict(document)
    return KeptLogin(login_id=fields.pop("_id"), **fields)
