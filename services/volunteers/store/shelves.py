"""What was heard and decided of a person, a document per month of the sessions' local days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
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


def months_around(first: date, last: date) -> set[str]:
    """The months (2026-09) of these days and of REACH before and after: nearly always one."""
    day, months = first - REACH, set()
    while day <= last + REACH:
        months.add(day.isoformat()[:7])
        day += timedelta(days=1)
    return months


class Shelves:
    """Collection `heard`: `_id` is person/month, with the attendances and approvals of that month.

    One document holds what bears on one another, so that no index is needed to find neighbours
    and two processes that settle the same days of a person meet in it.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["heard"]

    def fill(self, folios: Mapping[str, Folio], keys: Collection[str], *,
             within: Transaction) -> set[str]:
        """Puts what these documents (`person/month`) hold into the folios by person; the keys of
        those that exist."""
        there = set()
        found = self._documents.find({"_id": {"$in": sorted(keys)}}, session=within.session)
        for document in found:
            there.add(document["_id"])
            _fill(folios[document["_id"].rpartition("/")[0]], document)
        return there

    def save(self, folios: Iterable[Folio], *, there: Collection[str],
             within: Transaction) -> None:
        """Writes the months that changed: replaces those that are there, adds the others."""
        new, old = [], []
        for folio in folios:
            for month in folio.changed:
                key, content = f"{folio.person_ref}/{month}", _content(folio, month)
                if key in there:
                    old.append(UpdateOne({"_id": key}, {"$set": content}))
                else:
                    new.append({"_id": key, **content})
        if new:
            with first_come():
                self._documents.insert_many(new, ordered=False, session=within.session)
        if old:
            self._documents.bulk_write(old, ordered=False, session=within.session)


def _fill(folio: Folio, document: Mapping[str, Any]) -> None:
    for each in document["attendances"]:
        attendance = attendance_of(each)
        folio.attendances[attendance.session.session_id] = attendance
    for each in document["approvals"]:
        approval = approval_of(each)
        folio.approvals[approval.day.isoformat()] = approval


def _content(folio: Folio, month: str) -> Document:
    attendances = [each for each in folio.attendances.values() if each.day.startswith(month)]
    approvals = [each for day, each in folio.approvals.items() if day.startswith(month)]
    return {
        "attendances": [attendance_document(each) for each in attendances],
        "approvals": [approval_document(each) for each in approvals],
    }
