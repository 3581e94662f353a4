"""What was heard and decided of a person, a document per month of the sessions' local days."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pymongo import ReplaceOne
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction
from services.volunteers.domain.folio import REACH, Folio
from services.volunteers.store.documents import (
    Document,
    approval_document,
    approval_of,
    attendance_bytes,
    attendance_of,
    attendance_read,
)

Shelved = Mapping[str, Document]  # by person/month: documents as they are kept


@lru_cache(maxsize=4096)
def months_around(first: date, last: date) -> frozenset[str]:
    """The months (2026-09) of these days and of REACH before and after: nearly always one."""
    day, months = first - REACH, set()
    while day <= last + REACH:
        months.add(day.isoformat()[:7])
        day += timedelta(days=1)
    return frozenset(months)


class Shelves:
    """Collection `heard`: `_id` is person/month, with attendances by day and session and approvals
    by day.

    One document holds what bears on one another, so that no index is needed to find neighbours
    and two processes that settle the same days of a person meet in it.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["heard"]

    def fill(self, folios: Mapping[str, Folio], keys: Collection[str], *,
             days: Mapping[str, Collection[date]], within: Transaction) -> Shelved:
        """Puts into the folios, by person, what these documents (`person/month`) hold of the days
        of each and REACH around; those that exist, to be handed to `save`."""
        found = self._documents.find({"_id": {"$in": sorted(keys)}}, session=within.session)
        there = {document["_id"]: document for document in found}
        for key, document in there.items():
            person_ref = key.rpartition("/")[0]
            first, last = min(days[person_ref]) - REACH, max(days[person_ref]) + REACH
            _fill(folios[person_ref], document, first.isoformat(), last.isoformat())
        return there

    def save(self, folios: Iterable[Folio], *, there: Shelved, within: Transaction) -> None:
        """Writes the attendances and approvals that changed, beside what else their months hold."""
        new: list[Document] = []
        old: list[ReplaceOne[Document]] = []
        for folio in folios:
            for key, document in _changed(folio, there).items():
                if key in there:
                    old.append(ReplaceOne({"_id": key}, document))
                else:
                    new.append(document)
        if new:
            with first_come():
                self._documents.insert_many(new, ordered=False, session=within.session)
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)


def _fill(folio: Folio, document: Mapping[str, Any], first: str, last: str) -> None:
    for name, kept in document["attendances"].items():
        if first <= name[:10] <= last:
            attendance = attendance_of(attendance_read(kept))
            folio.attendances[attendance.session.session_id] = attendance
            folio.kept[attendance.session.session_id] = name[:10]
    for each in document["approvals"].values():
        approval = approval_of(each)
        folio.approvals[approval.day.isoformat()] = approval


def _changed(folio: Folio, there: Shelved) -> dict[str, Document]:
    """The months that change, as they are then; an attendance that moves to another day leaves
    the one that has it."""
    changed: dict[str, Document] = {}

    def month(day: str) -> Document:
        key = f"{folio.person_ref}/{day[:7]}"
        if key not in changed:
            was = there.get(key, {"attendances": {}, "approvals": {}})
            changed[key] = {"_id": key, "attendances": {**was["attendances"]},
                            "approvals": {**was["approvals"]}}
        return changed[key]

    for session_id in folio.changed:
        attendance, was = folio.attendances[session_id], folio.kept.get(session_id)
        day = attendance.day
        if was and was != day:
            del month(was)["attendances"][_name(was, session_id)]
        month(day)["attendances"][_name(day, session_id)] = attendance_bytes(attendance)
    for day in folio.decided:
        month(day)["approvals"][day] = approval_document(folio.approvals[day])
    return changed


def _name(day: str, session_id: str) -> str:
    """A field's name for a session of a day, whatever its id is made of."""
    return f"{day} {hashlib.sha256(session_id.encode()).hexdigest()[:24]}"
