"""Attendances as heard and the ledger of hours: documents to domain and back, and their indexes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.database import Database

from contracts.event import read, write
from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.clock import local_day
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain import Attendance, Entry, Settled, Span, Stay, Told
from services.volunteers.store import people

INDEXES: Mapping[str, list[IndexModel]] = {
    "attendances": [],
    "entries": [IndexModel([("day", ASCENDING)], name="day")],
    **people.INDEXES,
}
Document = dict[str, Any]


class Store:
    """Collections `attendances` (one per subject) and `entries` (the ledger, only added to).

    A line's `day` names its person and the session's first day: the only index, whatever is asked.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._attendances = database["attendances"]
        self._entries = database["entries"]

    def attendances(
        self, subjects: Collection[str], *, within: Transaction
    ) -> dict[str, Attendance]:
        """By subject, those of whom something was heard before."""
        found = self._attendances.find({"_id": {"$in": list(subjects)}}, session=within.session)
        return {document["_id"]: _attendance(document) for document in found}

    def keep(self, attendances: Iterable[Attendance], *, known: Collection[str],
             within: Transaction) -> None:
        """Adds those whose subject is not known and replaces the others, each kind at once."""
        documents = [_attendance_document(attendance) for attendance in attendances]
        new = [document for document in documents if document["_id"] not in known]
        old = [document for document in documents if document["_id"] in known]
        if new:
            with first_come():
                self._attendances.insert_many(new, ordered=False, session=within.session)
        if old:
            changes = [UpdateOne({"_id": each.pop("_id")}, {"$set": each}) for each in old]
            self._attendances.bulk_write(changes, ordered=False, session=within.session)

    def beside(self, settled: Iterable[Settled], *, within: Transaction) -> list[Entry]:
        """The ledger's lines that these may overlap: of the same people at sessions that began
        on the day of one of these, the day before or a day on which it lasts."""
        days = {day for one in settled for day in _days_around(one.person_ref, one.session)}
        found = self._entries.find({"day": {"$in": list(days)}}, session=within.session)
        return [_entry(document) for document in found]

    def known(self, entry_ids: Iterable[str], *, within: Transaction) -> set[str]:
        """Those of the natural keys that have a line."""
        query = {"_id": {"$in": list(entry_ids)}}
        found = self._entries.find(query, {"_id": 1}, session=within.session)
        return {document["_id"] for document in found}

    def add(self, entries: Iterable[Entry], *, within: Transaction) -> None:
        """New lines at the end of the ledger. A line that is there already is a lost race."""
        documents = [_entry_document(entry, at=within.now) for entry in entries]
        if documents:
            with first_come():
                self._entries.insert_many(documents, ordered=False, session=within.session)

    def of_person(self, person_ref: str, *, first: date = date.min,
                  last: date = date.max) -> list[Entry]:
        """A person's lines of sessions that began on these days (C-44), newest first."""
        days = {"$gte": _day(person_ref, first), "$lte": _day(person_ref, last)}
        with available():
            found = self._entries.find({"day": days})
            entries = [_entry(document) for document in found]
        return sorted(entries, key=_began, reverse=True)


def _began(entry: Entry) -> tuple[datetime, datetime, str]:
    scan = entry.stay.checked_in_at or entry.stay.checked_out_at or entry.session.starts_at
    return entry.session.starts_at, scan, entry.entry_id


def _attendance_document(attendance: Attendance) -> Document:
    return {
        "_id": attendance.subject,
        "sequence": attendance.sequence,
        "stays": [vars(stay) for stay in attendance.stays],
        "waiting": [
            {"sequence": sequence, "key": fact.key, "data": write(fact)}
            for sequence, fact in attendance.waiting
        ],
    }


def _attendance(document: Document) -> Attendance:
    return Attendance(
        subject=document["_id"],
        sequence=document["sequence"],
        stays=tuple(Stay(**stay) for stay in document["stays"]),
        waiting=tuple(
            (each["sequence"], cast(Told, read(each["key"], each["data"])))
            for each in document["waiting"]
        ),
    )


def _day(person_ref: str, day: date) -> str:
    """A person's day (Asia/Shanghai): sorts by day within the person."""
    return f"{person_ref}/{day.isoformat()}"


def _days_around(person_ref: str, session: SessionRef) -> list[str]:
    first = local_day(session.starts_at) - timedelta(days=1)
    days = (local_day(session.ends_at) - first).days + 1
    return [_day(person_ref, first + timedelta(days=n)) for n in range(days)]


def _entry_document(entry: Entry, *, at: datetime) -> Document:
    return {
        "_id": entry.entry_id,
        "person_ref": entry.person_ref,
        "day": _day(entry.person_ref, local_day(entry.session.starts_at)),
        "session": vars(entry.session),
        "stay": vars(entry.stay),
        "spans": [vars(span) for span in entry.spans],
        "minutes": entry.minutes,
        "basis": entry.basis,
        "state": entry.state,
        "reason": entry.reason,
        "entered_at": at,
    }


def _entry(document: Document) -> Entry:
    return Entry(
        entry_id=document["_id"],
        person_ref=document["person_ref"],
        session=SessionRef(**document["session"]),
        stay=Stay(**document["stay"]),
        spans=tuple(Span(**span) for span in document["spans"]),
        minutes=document["minutes"],
        basis=document["basis"],
        state=document["state"],
        reason=document["reason"],
    )
