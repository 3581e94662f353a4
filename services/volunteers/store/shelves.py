"""What was heard and decided of a person, a document per month of the sessions' local days."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction
from services.volunteers.domain.folio import REACH, Folio
from services.volunteers.store.documents import (
    Document,
    approval_document,
    approval_of,
    attendance_document,
    attendance_of,
)


@lru_cache(maxsize=4096)
def months_around(first: date, last: date) -> frozenset[str]:
    """The months (2026-09) of these days and of REACH before and after: nearly always one."""
    day, months = first - REACH, set()
    while day <= last + REACH:
        months.add(day.isoformat()[:7])
        day += timedelta(days=1)
    return frozenset(months)


class Shelves:
    """Collection `heard`: `_id` is person/month, with attendances by session and approvals by day.

    One document holds what bears on one another, so that no index is needed to find neighbours
    and two processes that settle the same days of a person meet in it.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["heard"]

    def fill(self, folios: Mapping[str, Folio], keys: Collection[str], *,
             days: Mapping[str, Collection[date]], within: Transaction) -> set[str]:
        """Puts into the folios, by person, what these documents (`person/month`) hold of the days
        of each and REACH around; the keys of those that exist."""
        there = set()
        found = self._documents.find({"_id": {"$in": sorted(keys)}}, session=within.session)
        for document in found:
            there.add(document["_id"])
            person_ref, _, month = document["_id"].rpartition("/")
            first, last = min(days[person_ref]) - REACH, max(days[person_ref]) + REACH
            _fill(folios[person_ref], document, month, first.isoformat(), last.isoformat())
        return there

    def save(self, folios: Iterable[Folio], *, there: Collection[str],
             within: Transaction) -> None:
        """Writes the attendances and approvals that changed, whatever else a month holds."""
        new, old = [], []
        for folio in folios:
            for key, change in _changes(folio).items():
                if key in there:
                    old.append(UpdateOne({"_id": key}, change))
                else:
                    new.append({"_id": key, **_nested(change["$set"])})
        if new:
            with first_come():
                self._documents.insert_many(new, ordered=False, session=within.session)
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)


def _fill(folio: Folio, document: Mapping[str, Any], month: str, first: str, last: str) -> None:
    for each in document["attendances"].values():
        if first <= each["day"] <= last:
            attendance = attendance_of(each)
            folio.attendances[attendance.session.session_id] = attendance
            folio.kept[attendance.session.session_id] = month
    for each in document["approvals"].values():
        approval = approval_of(each)
        folio.approvals[approval.day.isoformat()] = approval


def _changes(folio: Folio) -> dict[str, Document]:
    """What has to be set in which document; an attendance that moves to another month leaves the
    one that has it."""
    changes: dict[str, Document] = defaultdict(lambda: defaultdict(dict))
    for session_id in folio.changed:
        attendance, field = folio.attendances[session_id], f"attendances.{_name(session_id)}"
        month, was = attendance.day[:7], folio.kept.get(session_id)
        changes[f"{folio.person_ref}/{month}"]["$set"][field] = attendance_document(attendance)
        if was and was != month:
            changes[f"{folio.person_ref}/{was}"]["$unset"][field] = ""
    for day in folio.decided:
        approval = approval_document(folio.approvals[day])
        changes[f"{folio.person_ref}/{day[:7]}"]["$set"][f"approvals.{day}"] = approval
    return {key: dict(change) for key, change in changes.items()}


def _nested(fields: Mapping[str, Any]) -> Document:
    """A new document with these dotted fields."""
    document: Document = {"attendances": {}, "approvals": {}}
    for path, value in fields.items():
        room, _, name = path.partition(".")
        document[room][name] = value
    return document


def _name(session_id: str) -> str:
    """A field's name for a session, whatever its id is made of."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:24]
