"""Scans as the desk sent them, one document per nonce, those that could not be booked too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "scans": [IndexModel([("session_id", ASCENDING), ("kept_at", DESCENDING)])],
}
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class KeptScan:
    """A scan and what was answered; `said` must be the same when the nonce comes again.

    `conflict` is the code of the rule that kept an offline admission from being booked;
    `overridden` are the codes of the rules that a forced check-in broke, `reason` why, sealed.
    """

    session_id: str
    nonce: str
    registration_id: str
    direction: str
    at: datetime
    kept_at: datetime
    said: Mapping[str, Any]
    answer: Mapping[str, Any]
    gate: str | None = None
    conflict: str | None = None
    overridden: tuple[str, ...] = ()
    reason: Binary | None = None


class Scans:
    """Collection `scans`, by {session}/{nonce}."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["scans"]

    def known(self, session_id: str, nonces: Iterable[str], *,
              within: Transaction) -> dict[str, Document]:
        """What was said, answered and kept under these nonces; new ones are not in it."""
        keys = [f"{session_id}/{nonce}" for nonce in nonces]
        found = self._documents.find({"_id": {"$in": keys}}, session=within.session)
        return {scan["_id"].partition("/")[2]: scan for scan in found}

    def add(self, scans: Iterable[KeptScan], *, within: Transaction) -> None:
        """Keeps new ones. Raises LostRace when a nonce came twice at once."""
        documents = [_document(each) for each in scans]
        with first_come():
            self._documents.insert_many(documents, ordered=False, session=within.session)

    def latest(self, session_id: str, count: int, *, within: Transaction) -> list[KeptScan]:
        """The last ones that were booked, newest first."""
        found = self._documents.find(
            {"session_id": session_id, "conflict": None}, session=within.session
        ).sort("kept_at", DESCENDING).limit(count)
        return [_scan(document) for document in found]

    def conflicts(self, session_id: str, *, within: Transaction) -> list[KeptScan]:
        """Offline admissions that were not booked, in the order in which they happened."""
        found = self._documents.find(
            {"session_id": session_id, "conflict": {"$gt": ""}}, session=within.session
        )
        return sorted(map(_scan, found), key=lambda scan: scan.at)

    def reasons(self, session_ids: Iterable[str],
                registration_ids: Iterable[str]) -> dict[str, list[Binary]]:
        """By registration, the sealed reasons of its forced check-ins."""
        found = self._documents.find(_forced(session_ids, registration_ids))
        reasons: dict[str, list[Binary]] = {}
        for each in found.sort("at", ASCENDING):
            reasons.setdefault(each["registration_id"], []).append(each["reason"])
        return reasons

    def forget_reasons(self, session_ids: Iterable[str],
                       registration_ids: Iterable[str] | None = None, *,
                       within: Transaction) -> None:
        """Erases why check-ins were forced, of these registrations or all. Safe to repeat."""
        self._documents.update_many(_forced(session_ids, registration_ids),
                                    {"$set": {"reason": None}}, session=within.session)

    def of_registrations(self, session_id: str, registration_ids: Iterable[str], *,
                         within: Transaction) -> list[KeptScan]:
        """What was booked for these registrations at the session."""
        found = self._documents.find(
            {"session_id": session_id, "registration_id": {"$in": list(registration_ids)},
             "conflict": None},
            session=within.session,
        )
        return [_scan(document) for document in found]


def _forced(session_ids: Iterable[str], registration_ids: Iterable[str] | None) -> Document:
    chosen: Document = {"session_id": {"$in": list(session_ids)}, "reason": {"$ne": None}}
    if registration_ids is not None:
        chosen["registration_id"] = {"$in": list(registration_ids)}
    return chosen


def _document(scan: KeptScan) -> Document:
    fields = {**vars(scan), "overridden": list(scan.overridden)}
    return {"_id": f"{scan.session_id}/{scan.nonce}", **fields}


def _scan(document: Document) -> KeptScan:
    fields = {**document, "overridden": tuple(document["overridden"])}
    fields.pop("_id")
    return KeptScan(**fields)
