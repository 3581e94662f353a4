"""Activities as documents; their sessions are kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.events.domain.activity import Activity
from services.events.domain.broken import UnknownActivity
from services.events.domain.terms import Terms

INDEXES: Mapping[str, list[IndexModel]] = {
    "activities": [
        IndexModel([("programme", ASCENDING), ("first_start", ASCENDING)]),
        IndexModel([("last_end", ASCENDING)]),
    ],
}
Document = dict[str, Any]


class Activities:
    """Collection `activities`, by id."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["activities"]

    def add(self, activity: Activity, *, within: Transaction) -> None:
        """Keeps a new activity."""
        fields = asdict(activity)
        self._documents.insert_one(
            {"_id": fields.pop("activity_id"), **fields}, session=within.session
        )

    def change(self, activity_id: str, changes: Document, *, within: Transaction) -> None:
        """Sets these fields of the activity."""
        self._documents.update_one(
            {"_id": activity_id}, {"$set": changes}, session=within.session
        )

    def one(self, activity_id: str, *, within: Transaction | None = None) -> Activity:
        """The activity. Raises UnknownActivity."""
        found = self._documents.find_one({"_id": activity_id}, session=within and within.session)
        if found is None:
            raise UnknownActivity(activity_id)
        return _activity(found)

    def matching(self, *, programme: str | None = None, street: str | None = None,
                 since: datetime | None = None, until: datetime | None = None,
                 ended_by: datetime | None = None, words: str | None = None, limits: Scope = ALL,
                 latest_first: bool = False, skip: int = 0, limit: int = 500) -> list[Activity]:
        """Activities with a session in [since, until), or over before `ended_by`, with the words
        in title or place, within the limits of whoever asks; earliest first or the other way
        round, at most `limit` after `skip`."""
        wanted: Document = {}
        if programme:
            wanted["programme"] = programme
        if street:
            wanted["street"] = street
        if since:
            wanted["last_end"] = {"$gt": since}
        if until:
            wanted["first_start"] = {"$lt": until}
        if ended_by:
            wanted.setdefault("last_end", {})["$lte"] = ended_by
        if words:
            pattern = {"$regex": re.escape(words), "$options": "i"}
            wanted["$or"] = [{"title": pattern}, {"place": pattern}]
        if limits.limited:
            wanted = {"$and": [wanted, *_within(limits)]}
        order = DESCENDING if latest_first else ASCENDING
        found = self._documents.find(wanted).sort([("first_start", order), ("_id", order)])
        return [_activity(document) for document in found.skip(skip).limit(limit)]


def _within(limits: Scope) -> Iterator[Document]:
    if limits.programmes:
        yield {"programme": {"$in": sorted(limits.programmes)}}
    if limits.streets:
        yield {"street": {"$in": sorted(limits.streets)}}


def _activity(document: Document) -> Activity:
    fields = dict(document)
    fields["terms"] = Terms(**fields["terms"])
    return Activity(activity_id=fields.pop("_id"), **fields)
