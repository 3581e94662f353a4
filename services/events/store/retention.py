"""What is past its time, across collections: walks for a job that runs once an hour (C-31)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.transaction import Transaction

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {"erased_words": []}


class Retention:
    """Across `people`, `sessions`, `no_shows` and `entitlements`; `erased_words` are the sessions
    that have none any more."""

    def __init__(self, database: Database[Document]) -> None:
        self._people, self._sessions = database["people"], database["sessions"]
        self._absences, self._entitlements = database["no_shows"], database["entitlements"]
        self._consents, self._erased = database["consents"], database["erased_words"]

    def oldest_contact(self) -> datetime | None:
        """Since when the one who was known first is known."""
        return _first(self._people, {"contact": {"$ne": None}}, "known_since")

    def without_dealings(self, before: datetime, *, limit: int) -> list[str]:
        """Who is known since before then, with no session that ended since and, of guardians, no
        question of a consent since."""
        busy = {"engagements": {"$elemMatch": {"ends_at": {"$gte": before}}}}
        quiet = {"contact": {"$ne": None}, "known_since": {"$lt": before}, "$nor": [busy]}
        refs = [each["_id"] for each in self._people.find(quiet, {"_id": 1}).limit(limit)]
        asked = {"guardian_ref": {"$in": refs}, "requested_at": {"$gte": before}}
        guardians = set(self._consents.distinct("guardian_ref", asked)) if refs else set()
        return [ref for ref in refs if ref not in guardians]

    def oldest_words(self) -> datetime | None:
        """The end of the first session whose words were not erased yet."""
        found = self._sessions.find({}, {"ends_at": 1}).sort("ends_at", ASCENDING)
        erased = self._known()
        return next((each["ends_at"] for each in found if each["_id"] not in erased), None)

    def sessions_over(self, before: datetime, *, limit: int) -> list[str]:
        """Sessions that ended before then, with words about people."""
        found, erased = self._sessions.find({"ends_at": {"$lt": before}}, {"_id": 1}), self._known()
        over = (each["_id"] for each in found if each["_id"] not in erased)
        return list(islice(over, limit))

    def words_erased(self, session_id: str, *, within: Transaction) -> None:
        """Marks the session, so that it is not looked at again."""
        self._erased.update_one({"_id": session_id}, {"$set": {"at": within.now}}, upsert=True,
                                session=within.session)

    def _known(self) -> set[str]:
        return {each["_id"] for each in self._erased.find({}, {"_id": 1})}

    def oldest_absence(self) -> datetime | None:
        return _first(self._absences, {}, "ended_at")

    def forget_absences(self, before: datetime, *, within: Transaction) -> int:
        """Deletes absences from sessions that ended before then; how many."""
        return self._absences.delete_many(
            {"ended_at": {"$lt": before}}, session=within.session).deleted_count

    def forget_entitlements(self, day: date, before: datetime, *, within: Transaction) -> int:
        """Deletes entitlements that ended before the day, or were revoked before; how many."""
        ended = {"$or": [{"valid_until": {"$ne": None, "$lt": day.isoformat()}},
                         {"revoked_at": {"$ne": None, "$lt": before}}]}
        return self._entitlements.delete_many(ended, session=within.session).deleted_count


def _first(collection: Any, chosen: Document, field: str) -> datetime | None:
    found = collection.find_one(chosen, {field: 1}, sort=[(field, ASCENDING)])
    moment: datetime | None = found[field] if found else None
    return moment
