"""All that was heard at the sessions of some days, in batches: found by time, never held whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any, TypeVar

from pymongo import ASCENDING
from pymongo.database import Database

from kernel.clock import local_day
from kernel.mongo import available
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.duty import Duty
from services.volunteers.store.documents import Document, attendance_of
from services.volunteers.store.duties import duty_of
from services.volunteers.store.shelves import months_around

T = TypeVar("T")
SESSIONS, SHELVES = 100, 200  # documents that are in hand at once
_LONGEST = timedelta(days=1)  # sessions last a day at most


class Survey:
    """Reads `duties` by their index, then `sessions` and `heard` by `_id`: no index of its own."""

    def __init__(self, database: Database[Document]) -> None:
        self._duties = database["duties"]
        self._sessions = database["sessions"]
        self._heard = database["heard"]

    def sessions(self, start: datetime, end: datetime) -> Iterator[Sequence[Duty]]:
        """Sessions that begin from `start` up to `end` (C-44), in batches, those that end first
        first; whatever is known of their records. Raises Unavailable."""
        query = {"settled": {"$in": [True, False]},
                 "session.ends_at": {"$gte": start, "$lt": end + _LONGEST},
                 "session.starts_at": {"$gte": start, "$lt": end}}
        with available():
            found = self._duties.find(query).sort("session.ends_at", ASCENDING)
            for some in _batched(found.batch_size(SESSIONS), SESSIONS):
                yield [duty_of(each) for each in some]

    def people(self, duties: Sequence[Duty]) -> Iterator[list[Attendance]]:
        """Of everybody who was at one of these, the attendances of the months around. Raises
        Unavailable."""
        days = {duty.session.ref.session_id: local_day(duty.session.ref.starts_at)
                for duty in duties}
        keys: set[str] = set()
        with available():
            for each in self._sessions.find({"_id": {"$in": sorted(days)}}, {"people": 1}):
                months = months_around(days[each["_id"]], days[each["_id"]])
                keys |= {f"{person}/{month}" for person in each["people"] for month in months}
            yield from self._shelves(sorted(keys))

    def _shelves(self, keys: Sequence[str]) -> Iterator[list[Attendance]]:
        people = [list(of) for _, of in groupby(keys, key=_who)]
        for some in _batched(people, SHELVES):
            wanted = [key for of in some for key in of]
            found = sorted(self._heard.find({"_id": {"$in": wanted}}), key=_key)
            for _, documents in groupby(found, key=lambda each: _who(each["_id"])):
                yield [attendance_of(each) for document in documents
                       for each in document["attendances"].values()]


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at once; the last may be fewer."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _who(key: str) -> str:
    return key.rpartition("/")[0]


def _key(document: Any) -> str:
    return str(document["_id"])
