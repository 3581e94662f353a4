"""Accounts of staff, their logins, and what waits for a second operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownAccount, UnknownRequest
from services.events.domain.staff_account import (
    Grant,
    GrantRequest,
    Invitation,
    StaffAccount,
    StaffLogin,
)

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {
    "staff_accounts": [
        IndexModel([("name", ASCENDING)], name="name", unique=True),
        IndexModel([("subject", ASCENDING)], name="subject", unique=True,
                   partialFilterExpression={"subject": {"$type": "string"}}),
        IndexModel([("invitation.digest", ASCENDING)], name="invitation"),
    ],
    "staff_logins": [
        IndexModel([("account_id", ASCENDING), ("began", DESCENDING)], name="of_account"),
        IndexModel([("expires_at", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ],
    "staff_requests": [IndexModel([("state", ASCENDING), ("asked_at", ASCENDING)], name="open")],
}


class StaffAccounts:
    """Collections `staff_accounts`, `staff_logins` and `staff_requests`."""

    def __init__(self, database: Database[Document]) -> None:
        self._accounts = database["staff_accounts"]
        self._logins = database["staff_logins"]
        self._requests = database["staff_requests"]

    def one(self, account_id: str, *, within: Transaction | None = None) -> StaffAccount:
        """Raises UnknownAccount."""
        return self._known(self._found({"_id": account_id}, within))

    def named(self, name: str, *, within: Transaction | None = None) -> StaffAccount:
        """Raises UnknownAccount."""
        return self._known(self._found({"name": name}, within))

    def found(self, *, within: Transaction | None = None, **by: str) -> StaffAccount | None:
        """By `name`, `subject` or `account_id`; None when there is none."""
        query = {"_id" if field == "account_id" else field: value for field, value in by.items()}
        return self._found(query, within)

    def invited(self, digest: str, *, within: Transaction | None = None) -> StaffAccount | None:
        """Whom the invitation with this hash is for, whether or not it still holds."""
        return self._found({"invitation.digest": digest}, within)

    def all(self) -> list[StaffAccount]:
        """By name."""
        return [_account(each) for each in self._accounts.find().sort("name", ASCENDING)]

    def add(self, account: StaffAccount, *, within: Transaction) -> None:
        """Keeps a new one. Raises LostRace when the name was given away meanwhile."""
        with first_come():
            self._accounts.insert_one(_document(account), session=within.session)

    def save(self, after: StaffAccount, *, within: Transaction) -> None:
        """Saves what was changed of it. Raises LostRace when it changed meanwhile."""
        document = {**_document(after), "version": after.version + 1}
        outcome = self._accounts.replace_one(
            {"_id": after.account_id, "version": after.version}, document, session=within.session)
        if outcome.matched_count != 1:
            raise LostRace("an account")

    def begin(self, login: StaffLogin, *, within: Transaction) -> None:
        """Keeps a new login."""
        fields = dict(vars(login))
        self._logins.insert_one({"_id": fields.pop("login_id"), **fields}, session=within.session)

    def logins(self, account_id: str, *, within: Transaction) -> list[StaffLogin]:
        """Those that were not ended and still hold, the newest first."""
        found = self._logins.find(
            {"account_id": account_id, "ended_at": None, "expires_at": {"$gt": within.now}},
            session=within.session)
        return [_login(each) for each in found.sort("began", DESCENDING)]

    def proof(self, account_id: str, login_id: str) -> Any:
        """The provider's word that the login began with, sealed; None for one with a password."""
        found = self._logins.find_one({"_id": login_id, "account_id": account_id}, {"proof": 1})
        return found.get("proof") if found else None

    def end(self, account_id: str, login_id: str, *, within: Transaction) -> StaffLogin | None:
        """The login as it was, ended now; None when there is none to end."""
        query = {"_id": login_id, "account_id": account_id, "ended_at": None}
        found = self._logins.find_one(query, session=within.session)
        if found is not None:
            self._logins.update_one(query, {"$set": {"ended_at": within.now}},
                                    session=within.session)
        return _login(found) if found else None

    def end_all(self, account_id: str, *, within: Transaction) -> None:
        """Ends every login of the account."""
        self._logins.update_many({"account_id": account_id, "ended_at": None},
                                 {"$set": {"ended_at": within.now}}, session=within.session)

    def ask(self, request: GrantRequest, *, within: Transaction) -> None:
        """Keeps what waits for another operator."""
        fields = {**vars(request), "grant": _grant_document(request.grant)}
        self._requests.insert_one({"_id": fields.pop("request_id"), **fields},
                                  session=within.session)

    def withdraw(self, account_id: str, *, within: Transaction) -> None:
        """What waited for this account waits no longer: something else was decided meanwhile."""
        self._requests.delete_many({"account_id": account_id, "state": "waiting"},
                                   session=within.session)

    def request(self, request_id: str, *, within: Transaction) -> GrantRequest:
        """One that waits. Raises UnknownRequest."""
        found = self._requests.find_one({"_id": request_id, "state": "waiting"},
                                        session=within.session)
        if found is None:
            raise UnknownRequest
        return _request(found)

    def decide(self, request: GrantRequest, state: str, by: str, *, within: Transaction) -> None:
        """Raises LostRace when somebody else decided meanwhile."""
        outcome = self._requests.update_one(
            {"_id": request.request_id, "state": "waiting"},
            {"$set": {"state": state, "decided_by": by}}, session=within.session)
        if outcome.modified_count != 1:
            raise LostRace("a request")

    def waiting(self) -> list[GrantRequest]:
        """The oldest first."""
        found = self._requests.find({"state": "waiting"}).sort("asked_at", ASCENDING)
        return [_request(each) for each in found]

    def _found(self, query: Document, within: Transaction | None) -> StaffAccount | None:
        found = self._accounts.find_one(query, session=within and within.session)
        return _account(found) if found else None

    def _known(self, found: StaffAccount | None) -> StaffAccount:
        if found is None:
            raise UnknownAccount
        return found


def _grant_document(grant: Grant) -> Document:
    return {name: list(value) for name, value in vars(grant).items()}


def _document(account: StaffAccount) -> Document:
    fields = dict(vars(account))
    invitation = account.invitation
    return {"_id": fields.pop("account_id"), **fields, "recovery": list(account.recovery),
            "grant": _grant_document(account.grant),
            "invitation": dict(vars(invitation)) if invitation else None}


def _grant(document: Document) -> Grant:
    return Grant(**{name: tuple(value) for name, value in document.items()})


def _account(document: Document) -> StaffAccount:
    fields = dict(document)
    invitation = fields.pop("invitation")
    return StaffAccount(
        account_id=fields.pop("_id"), grant=_grant(fields.pop("grant")),
        recovery=tuple(fields.pop("recovery")),
        invitation=Invitation(**invitation) if invitation else None, **fields,
    )


def _login(document: Document) -> StaffLogin:
    fields = dict(document)
    return StaffLogin(login_id=fields.pop("_id"), **fields)


def _request(document: Document) -> GrantRequest:
    fields = dict(document)
    return GrantRequest(request_id=fields.pop("_id"), grant=_grant(fields.pop("grant")), **fields)
