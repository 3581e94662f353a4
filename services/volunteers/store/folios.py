"""What was heard and decided of a person, by months, the latest one beside the end of the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pymongo import ReplaceOne
from pymongo.collection import Collection as Documents
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.volunteers.domain.chain import Head
from services.volunteers.domain.folio import REACH, Folio
from services.volunteers.store.documents import (
    Document,
    approval_document,
    approval_of,
    attendance_bytes,
    attendance_kept,
    by_keys,
    head_fields,
    head_of,
)

Known = Mapping[str, Document]  # documents as they are kept, by person/month and person/ (heads)


@lru_cache(maxsize=4096)
def months_around(first: date, last: date) -> frozenset[str]:
    """The months (2026-09) of these days and of REACH before and after: nearly always one."""
    day, months = first - REACH, set()
    while day <= last + REACH:
        months.add(day.isoformat()[:7])
        day += timedelta(days=1)
    return frozenset(months)


class Folios:
    """Collections `heads`, `_id` the person_ref, and `heard`, `_id` person/month.

    A month's attendances (by day and session) and approvals (by day) stand in one document, so
    that no index is needed to find neighbours and two processes that settle the same days of a
    person meet in it. The latest month is in the head itself, so that crediting nearly always
    reads and writes one document of a person; it moves to `heard` when a later one begins.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._heads = database["heads"]
        self._heard = database["heard"]

    def open(self, days: Mapping[str, Collection[date]], *,
             within: Transaction) -> tuple[dict[str, Folio], Known]:
        """The folios of these people with what is kept of their days and REACH around; and the
        documents, to be handed to `save`."""
        known = {f"{id}/": head for id, head in _found(self._heads, days.keys(), within).items()}
        earlier = {
            f"{person_ref}/{month}" for person_ref, wanted in days.items()
            for day in wanted for month in months_around(day, day)
            if not (head := known.get(f"{person_ref}/")) or month < head["month"]
        }
        if earlier:
            known |= _found(self._heard, earlier, within)
        folios = {}
        for person_ref in sorted(days):
            head = known.get(f"{person_ref}/")
            folios[person_ref] = Folio(
                person_ref=person_ref, head=head_of(head) if head else Head(person_ref=person_ref))
        for key, document in known.items():
            person_ref = key.rpartition("/")[0]
            first, last = min(days[person_ref]) - REACH, max(days[person_ref]) + REACH
            _fill(folios[person_ref], document, first.isoformat(), last.isoformat())
        return folios, known

    def save(self, folios: Iterable[Folio], *, known: Known, within: Transaction) -> None:
        """Writes what changed of these, as they were opened within the same transaction: its
        snapshot makes whoever comes second start anew, and so does the key of a first entry.
        Raises LostRace when a document is gone by now."""
        changed: dict[str, Document] = {}
        for folio in folios:
            changed |= _changed(folio, known)
        for documents, keys in (
            (self._heads, [key for key in changed if key.endswith("/")]),
            (self._heard, [key for key in changed if not key.endswith("/")]),
        ):
            new = [changed[key] for key in keys if key not in known]
            old = [ReplaceOne({"_id": changed[key]["_id"]}, changed[key])
                   for key in keys if key in known]
            if new:
                with first_come():
                    documents.insert_many(new, ordered=False, session=within.session)
            if old:
                done = documents.bulk_write(old, ordered=False, session=within.session)
                if done.matched_count != len(old):
                    raise LostRace


def _found(documents: Documents[Document], ids: Iterable[str],
           within: Transaction) -> dict[str, Document]:
    return {document["_id"]: document
            for document in by_keys(documents, sorted(ids), within=within)}


def _fill(folio: Folio, document: Mapping[str, Any], first: str, last: str) -> None:
    for name, kept in document["attendances"].items():
        if first <= name[:10] <= last:
            attendance = attendance_kept(kept)
            folio.attendances[attendance.session.session_id] = attendance
            folio.kept[attendance.session.session_id] = name[:10]
    for each in document["approvals"].values():
        approval = approval_of(each)
        folio.approvals[approval.day.isoformat()] = approval


class _Shelves:
    """The documents of one person while they change."""

    def __init__(self, person_ref: str, known: Known) -> None:
        self._person_ref = person_ref
        self._known = known
        self.changed: dict[str, Document] = {}

    def month(self, month: str) -> Document:
        """The document of a month; one that is later than all takes the place beside the head."""
        head = self.head()
        key = f"{self._person_ref}/{month}"
        if month > head["month"] and key not in self._known:
            if head["attendances"] or head["approvals"]:
                earlier = f"{self._person_ref}/{head['month']}"
                self.changed[earlier] = {"_id": earlier, "attendances": head["attendances"],
                                         "approvals": head["approvals"]}
            head |= {"month": month, "attendances": {}, "approvals": {}}
        return head if month == head["month"] else self._own(key, {"_id": key})

    def head(self) -> Document:
        """The person's own."""
        return self._own(f"{self._person_ref}/", {"_id": self._person_ref, "month": ""})

    def _own(self, key: str, new: Document) -> Document:
        if key not in self.changed:
            kept = self._known.get(key, {**new, "attendances": {}, "approvals": {}})
            self.changed[key] = {**kept, "attendances": {**kept["attendances"]},
                                 "approvals": {**kept["approvals"]}}
        return self.changed[key]


def _changed(folio: Folio, known: Known) -> dict[str, Document]:
    """The documents that change, as they are then; an attendance that moves to another day leaves
    the one that has it."""
    shelves = _Shelves(folio.person_ref, known)
    attendances = [(folio.attendances[id].day, id) for id in folio.changed]
    for day, session_id in sorted(attendances):
        was = folio.kept.get(session_id)
        if was and was != day:
            del shelves.month(was[:7])["attendances"][_name(was, session_id)]
        kept = attendance_bytes(folio.attendances[session_id])
        shelves.month(day[:7])["attendances"][_name(day, session_id)] = kept
    for day in sorted(folio.decided):
        shelves.month(day[:7])["approvals"][day] = approval_document(folio.approvals[day])
    shelves.head().update(head_fields(folio.head))
    return shelves.changed


def _name(day: str, session_id: str) -> str:
    """A field's name for a session of a day, whatever its id is made of."""
    return f"{day} {hashlib.sha256(session_id.encode()).hexdigest()[:24]}"
