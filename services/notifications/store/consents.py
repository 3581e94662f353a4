"""What people said about being written to: wishes by number, consents by person, replies seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.domain.consent import Given, Inbound, Wish

SEEN_DAYS = 30  # a provider that brings a reply again does so within a day
INDEXES: Mapping[str, list[IndexModel]] = {
    "wishes": [IndexModel([("at", DESCENDING)], name="latest")],
    "consents": [],
    "inbound": [
        IndexModel([("at", ASCENDING)], name="forgotten", expireAfterSeconds=SEEN_DAYS * 86_400)
    ],
}


class Consents:
    """Collections `wishes` (by keyed hash of the number), `consents` (by person) and `inbound`
    (by provider and its sequence id; neither number nor text is kept)."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._wishes = database["wishes"]
        self._consents = database["consents"]
        self._inbound = database["inbound"]

    def is_seen(self, inbound: Inbound, *, within: Transaction) -> bool:
        """Whether this reply was taken already."""
        there = self._inbound.find_one({"_id": _id(inbound)}, {"_id": 1}, session=within.session)
        return there is not None

    def see(self, inbound: Inbound, word: str | None, *, within: Transaction) -> None:
        """The reply is taken. One that is there already is a lost race."""
        seen = {"_id": _id(inbound), "word": word, "at": within.now}
        with first_come():
            self._inbound.insert_one(seen, session=within.session)

    def wish(self, digest: str, *, within: Transaction) -> Wish | None:
        """The last word for a number, by its keyed hash."""
        found = self._wishes.find_one({"_id": digest}, session=within.session)
        return _wish(found) if found else None

    def keep_wish(self, digest: str, wish: Wish, *, answer: str | None,
                  within: Transaction) -> None:
        """Replaces the last word; `answer` is the id of the message that confirms it."""
        kept = {**vars(wish), "answer": answer}
        self._wishes.replace_one({"_id": digest}, kept, upsert=True, session=within.session)

    def wishes(self, digests: Collection[str]) -> dict[str, Wish]:
        """Those of these numbers for which something was said."""
        with available():
            return {each["_id"]: _wish(each)
                    for each in self._wishes.find({"_id": {"$in": list(digests)}})}

    def one(self, digest: str) -> Mapping[str, Any] | None:
        """The document of a number."""
        with available():
            return self._wishes.find_one({"_id": digest})

    def latest(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """Documents for the staff's list, newest first."""
        with available():
            return list(self._wishes.find().sort("at", DESCENDING).limit(limit))

    def keep(self, told: Mapping[str, tuple[int, Given]], *, within: Transaction) -> None:
        """Consents by person, each with the sequence of the fact that told it; only newer ones."""
        query = {"_id": {"$in": list(told)}}
        known = {each["_id"]: each["sequence"]
                 for each in self._consents.find(query, {"sequence": 1}, session=within.session)}
        changes = [
            ReplaceOne({"_id": person_ref}, {"sequence": sequence, **vars(given)}, upsert=True)
            for person_ref, (sequence, given) in told.items()
            if sequence > known.get(person_ref, 0)
        ]
        if changes:
            self._consents.bulk_write(changes, ordered=False, session=within.session)

    def given(self, person_refs: Collection[str]) -> dict[str, Given]:
        """The last word on promotional texts of those who said one."""
        with available():
            found = self._consents.find({"_id": {"$in": list(person_refs)}})
            return {each["_id"]: Given(given=each["given"], at=each["at"]) for each in found}


def _id(inbound: Inbound) -> str:
    return f"{inbound.provider} {inbound.sequence_id}"


def _wish(document: Mapping[str, Any]) -> Wish:
    at: datetime = document["at"]
    return Wish(out=document["out"], at=at, source=document["source"])
