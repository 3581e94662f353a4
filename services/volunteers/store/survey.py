"""All that was heard at the sessions of some days, in batches: found by time, never held whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TypeVar

from pymongo import ASCENDING
from pymongo.collection import Collection as Documents
from pymongo.database import Database

from kernel.clock import local_day
from kernel.mongo import available
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.duty import Duty
from services.volunteers.store.documents import (
    Document,
    attendance_of,
    attendance_read,
    by_keys,
)
from services.volunteers.store.duties import duty_of
from services.volunteers.store.folios import months_around
from services.volunteers.store.sessions import session_of

T = TypeVar("T")
SESSIONS, SHELVES = 100, 200  # sessions and people that are in hand at once
_LONGEST = timedelta(days=1)  # sessions last a day at most


class Survey:
    """Reads `sessions` and `duties` by their indexes, the rest by `_id`: none of its own."""

    def __init__(self, database: Database[Document]) -> None:
        self._duties = database["duties"]
        self._sessions = database["sessions"]
        self._heard = database["heard"]
        self._heads = database["heads"]

    def sessions(self, start: datetime, end: datetime) -> Iterator[Sequence[Duty]]:
        """Sessions that begin from `start` up to `end` (C-44), in batches, those that end first
        first; whatever is known of their records, watched or not. Of one that stands in both
        collections the ledger says when it was, its duty whether it was closed. Raises
        Unavailable."""
        period = {"session.ends_at": {"$gte": start, "$lt": end + _LONGEST},
                  "session.starts_at": {"$gte": start, "$lt": end}}
        with available():
            ledger = self._ended(self._sessions, {"awaited": {"$in": [True, False, None]}} | period)
            watched = self._ended(self._duties, {"settled": {"$in": [True, False]}} | period)
            both = merge(((_end(each), True, each) for each in ledger),
                         ((_end(each), False, each) for each in watched), key=itemgetter(0))
            for some in _batched(both, SESSIONS):
                if duties := self._duties_of([(each, is_heard) for _, is_heard, each in some]):
                    yield duties

    def _ended(self, documents: Documents[Document], query: Document) -> Iterator[Document]:
        found = documents.find(query, {"people": 0}).sort("session.ends_at", ASCENDING)
        return iter(found.batch_size(SESSIONS))

    def _duties_of(self, some: Sequence[tuple[Document, bool]]) -> list[Duty]:
        """Those of the ledger with their duty, and the duties that the ledger knows nothing of."""
        heard = [each["_id"] for each, is_heard in some if is_heard]
        watched = [each["_id"] for each, is_heard in some if not is_heard]
        duties = {each["_id"]: duty_of(each)
                  for each in self._duties.find({"_id": {"$in": heard}})}
        known = {each["_id"] for each in self._sessions.find({"_id": {"$in": watched}},
                                                             {"_id": 1})}
        return [
            replace(duties.get(each["_id"]) or Duty(session=session_of(each)),
                    session=session_of(each)) if is_heard else duty_of(each)
            for each, is_heard in some if is_heard or each["_id"] not in known
        ]

    def people(self, duties: Sequence[Duty]) -> Iterator[list[Attendance]]:
        """Of everybody who was at one of these, the attendances of the months around. Raises
        Unavailable."""
        days = {duty.session.ref.session_id: local_day(duty.session.ref.starts_at)
                for duty in duties}
        months: dict[str, set[str]] = defaultdict(set)
        with available():
            for each in self._sessions.find({"_id": {"$in": sorted(days)}}, {"people": 1}):
                day = days[each["_id"]]
                for person_ref in each["people"]:
                    months[person_ref] |= months_around(day, day)
            for some in _batched(sorted(months.items()), SHELVES):
                yield from self._attendances(dict(some))

    def _attendances(self, months: Mapping[str, set[str]]) -> Iterator[list[Attendance]]:
        """Of each of these people, those of these months: the latest is kept beside the head."""
        shelves: dict[str, list[Document]] = defaultdict(list)
        for head in by_keys(self._heads, months):
            if head["month"] in months[head["_id"]]:
                shelves[head["_id"]].append(head)
        keys = [f"{who}/{month}" for who, wanted in months.items() for month in wanted]
        for earlier in by_keys(self._heard, keys):
            shelves[earlier["_id"].rpartition("/")[0]].append(earlier)
        for who in sorted(shelves):
            yield [attendance_of(attendance_read(kept)) for shelf in shelves[who]
                   for kept in shelf["attendances"].values()]


def _end(document: Document) -> datetime:
    end: datetime = document["session"]["ends_at"]
    return end


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at once; the last may be fewer."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
