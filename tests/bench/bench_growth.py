"""How reading and verifying grow with the number of volunteers and of entries in all ledgers.

`python -m tests.bench.bench_growth [volunteers×entries …]`; on MONGODB_URI when it is set, else on
a server of its own. Each ledger is written by the store's own writer, not credited, so that a large
one is there within minutes; then it is read and verified as in operation. Rates depend on what else
the machine does: compare the sizes with one another.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from kernel.clock import FixedClock, new_id
from kernel.mongo import SAFE, DatabaseSettings
from kernel.transaction import Transaction
from services.volunteers.domain import Entry, Line, Span, Stay
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.chain import Head, chained
from services.volunteers.domain.delta import Cursor
from services.volunteers.domain.entry import Effective
from services.volunteers.domain.folio import Folio
from services.volunteers.usecases import App, balance_of, hours_of
from services.volunteers.usecases.exports.entries import entries_since
from services.volunteers.usecases.rooting import root_ledgers
from services.volunteers.usecases.verifying import verify
from tests.bench.bench_ledger import (
    CREW,
    NOON,
    a_session,
    an_app,
    milliseconds,
    of_children,
)

SIZES = ((1_000, 100), (10_000, 20), (50_000, 6))
PEOPLE = 100  # whose documents are written at once
EVENING = NOON + timedelta(days=3)


def ledger_of(person: str, entries: int) -> tuple[Folio, list[Entry]]:
    """Somebody's mornings of ninety minutes, one a day back from now, and what was entered."""
    folio, made = Folio(person_ref=person, head=Head(person_ref=person)), []
    for number in range(entries, 0, -1):
        session = a_session(number * 75 * CREW // 900 * 12)
        stay = Stay(checked_in_at=session.starts_at, checked_out_at=session.ends_at)
        attendance = Attendance(session=session, person_ref=person)
        line = Line(key=stay.key, day=attendance.day, stay=stay, minutes=90, evidence="bench",
                    spans=(Span(session.starts_at, session.ends_at),))
        fields = {name: value for name, value in vars(line).items() if name != "key"}
        folio.head, entry = chained(folio.head, Entry(
            entry_id=new_id(), person_ref=person, number=0, session=session, entered_at=NOON,
            **fields))
        made.append(entry)
        effective = (Effective(entry_id=entry.entry_id, number=entry.number, line=line),)
        folio.attendances[session.session_id] = Attendance(
            session=session, person_ref=person, sequence=2, came=(session.starts_at,),
            left=(session.ends_at,), evidence="bench", effective=effective)
        folio.changed.add(session.session_id)
    return folio, made


def fill(app: App, people: Iterator[str], entries: int) -> None:
    """Whole ledgers of these people, hundreds at once."""
    while some := list(islice(people, PEOPLE)):
        ledgers = [ledger_of(person, entries) for person in some]
        within = Transaction(session=None, now=NOON, ids=new_id)
        app.store.folios.save([folio for folio, _ in ledgers], known={}, within=within)
        entered = [entry for _, made in ledgers for entry in made]
        for start in range(0, len(entered), 1_000):
            app.store.entries.add(entered[start:start + 1_000], within=within)


def taken(work: Callable[[], Any], entries: int) -> tuple[str, Any]:
    """How long it took, with processor time per entry, ours and the database's: only these can be
    compared where the machine does other work as well; and what came of it."""
    start, own, database = time.perf_counter(), time.process_time(), of_children()
    found = work()
    each = 1e6 / entries
    return (f"{time.perf_counter() - start:.1f} s ({(time.process_time() - own) * each:.0f} + "
            f"{(of_children() - database) * each:.0f} µs an entry)"), found


def patient(place: DatabaseSettings, service: str) -> Database[dict[str, Any]]:
    """The embedded database answers a question about everything only once it has read all of it:
    that may be longer than a service waits."""
    client: MongoClient[dict[str, Any]] = MongoClient(place.mongodb_uri, tz_aware=True,
                                                      socketTimeoutMS=600_000)
    return client.get_database(place.database_prefix + service, write_concern=SAFE)


def measured(volunteers: int, entries: int) -> str:
    """One size: how long it took to write, to read one person's, and to look at all of it."""
    with an_app(patient) as app:
        total = volunteers * entries
        filled, _ = taken(lambda: fill(app, iter(_names(volunteers)), entries), total)
        who = f"p{volunteers // 2:06d}"
        assert balance_of(app, who).minutes == hours_of(app, who).minutes == entries * 90
        balance = milliseconds(lambda: balance_of(app, who), times=20)
        hours = milliseconds(lambda: hours_of(app, who), times=10)
        page = milliseconds(lambda: entries_since(app, Cursor(), limit=500), times=3)
        rooted, roots = taken(lambda: list(root_ledgers(app, FixedClock(EVENING))), total)
        assert roots
        verified, seen = taken(lambda: verify(app), total)
    assert (seen.faults, seen.volunteers) == ([], volunteers)
    return (f"{volunteers:,} volunteers × {entries}: written in {filled}; balance "
            f"{balance:.1f} ms, hours {hours:.1f} ms, page of 500 {page:.0f} ms; "
            f"{len(roots)} roots in {rooted}; verified in {verified}")


def _names(number: int) -> list[str]:
    return [f"p{each:06d}" for each in range(number)]


def sizes(words: list[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        volunteers, _, entries = word.partition("x")
        yield int(volunteers), int(entries)


@pytest.mark.bench
def test_how_reading_and_verifying_grow() -> None:
    for volunteers, entries in SIZES:
        print(measured(volunteers, entries))


if __name__ == "__main__":
    for volunteers, entries in sizes(sys.argv[1:]) if sys.argv[1:] else SIZES:
        print(measured(volunteers, entries), flush=True)
