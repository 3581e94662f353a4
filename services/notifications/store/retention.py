"""What is forgotten after its time: texts and values of messages, numbers nobody needs (N-23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.store.documents import FORGOTTEN


class Retention:
    """Across `messages`, `contacts` and `phone`; how far it came stands in `retention`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._messages = database["messages"]
        self._contacts = database["contacts"]
        self._phone = database["phone"]
        self._progress = database["retention"]

    def oldest_text(self) -> datetime | None:
        """When the first message at rest whose text is still kept was written."""
        rests = {"said": {"$exists": True}, "look_at": {"$exists": False}}
        return _first(self._messages, rests, "written_at")

    def oldest_number(self) -> datetime | None:
        """When the first number that is kept was told."""
        return _first(self._contacts, {"number": {"$ne": None}}, "at")

    def oldest_shown(self) -> datetime | None:
        """When the first text that the demonstration phone still shows came."""
        return _first(self._phone, {}, "at")

    def forget_said(self, before: datetime, *, limit: int) -> int:
        """Texts and values of up to `limit` messages written before then and at rest; how many.

        Once there are no more it remembers up to when all are done, so that the next run does not
        walk through years of messages that have nothing to forget.
        """
        with available():
            known = self._progress.find_one({"_id": "said"})
            written = {"$lt": before} | ({"$gte": known["until"]} if known else {})
            full = {"written_at": written, "said": {"$exists": True}}
            due = {**full, "look_at": {"$exists": False}}
            found = self._messages.find(due, {"_id": 1}).sort("written_at", ASCENDING)
            ids = [document["_id"] for document in found.limit(limit)]
            if ids:
                self._messages.bulk_write(
                    [UpdateOne({"_id": id}, FORGOTTEN) for id in ids], ordered=False)
            if len(ids) < limit:
                waits = self._messages.find_one(full, {"written_at": 1},
                                                sort=[("written_at", ASCENDING)])
                until = waits["written_at"] if waits else before
                self._progress.update_one({"_id": "said"}, {"$set": {"until": until}}, upsert=True)
        return len(ids)

    def forget_codes(self, before: datetime) -> int:
        """Texts that hold a code that was of use until then at most, sent or not; how many."""
        with available():
            known = self._progress.find_one({"_id": "codes"})
            written = {"$lt": before} | ({"$gte": known["until"]} if known else {})
            over = {"written_at": written, "purpose": "sign_in_code",
                    "deadline": {"$lte": before}, "said": {"$exists": True}}
            done = self._messages.update_many(over, FORGOTTEN).modified_count
            waits = self._messages.find_one(
                {"written_at": written, "purpose": "sign_in_code", "said": {"$exists": True}},
                {"written_at": 1}, sort=[("written_at", ASCENDING)])
            until = waits["written_at"] if waits else before
            self._progress.update_one({"_id": "codes"}, {"$set": {"until": until}}, upsert=True)
        return done

    def forget_shown(self, before: datetime) -> int:
        """What the demonstration phone showed."""
        with available():
            return self._phone.delete_many({"at": {"$lt": before}}).deleted_count

    def numbers_before(self, before: datetime, *, after: str, limit: int) -> Sequence[str]:
        """Up to `limit` people, in the order of their references from `after` on, whose number
        was told before then."""
        with available():
            query = {"_id": {"$gt": after}, "at": {"$lt": before}}
            found = self._contacts.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
            return [document["_id"] for document in found]

    def forget_numbers(self, people: Sequence[str], *, before: datetime,
                       within: Transaction) -> int:
        """Numbers of those of these people who have no dealings: no message since then, none that
        waits, and none about a session that is not over."""
        query = {"keys": {"$in": list(people)}, "$or": [
            {"written_at": {"$gte": before}}, {"look_at": {"$exists": True}},
            {"session.ends_at": {"$gte": within.now}},
        ]}
        found = self._messages.find(query, {"person_ref": 1}, session=within.session)
        gone = sorted(set(people) - {document["person_ref"] for document in found})
        if not gone:
            return 0
        lapsed = {"_id": {"$in": gone}, "at": {"$lt": before}}
        return self._contacts.delete_many(lapsed, session=within.session).deleted_count


def _first(collection: Any, chosen: dict[str, Any], field: str) -> datetime | None:
    with available():
        found = collection.find_one(chosen, {field: 1}, sort=[(field, ASCENDING)])
    moment: datetime | None = found[field] if found else None
    return moment
