"""How fast attendances are credited, a balance is read, and ledgers are verified as they grow.

`python -m tests.bench.bench_ledger [attendances]`; on MONGODB_URI when it is set, else on a server
of its own. One process; a session has a crew of twelve, each attendance is a check-in, a check-out
and the closing, in batches as the queue gives them. The first half of them finds nobody's ledger
begun, in the second everybody comes back. Rates depend on what else the machine does: compare the
processor time of both processes, and the ratio to keeping the same facts in an inbox alone.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.event import Fact
from contracts.events import AttendanceRecorded, ScannedIn, ScannedOut
from contracts.session import SessionRef
from kernel.clock import FixedClock, new_id
from kernel.envelope import Envelope, parse, wrap
from kernel.mongo import ensure_indexes, open_database, ping
from kernel.topology import FLOWS
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from ops.parts import open_database as open_server
from services.volunteers.domain import Entry, Stay
from services.volunteers.domain.chain import Head, chained
from services.volunteers.domain.folio import Folio
from services.volunteers.store import INDEXES, Store
from services.volunteers.usecases import App, balance_of, credit_hours
from services.volunteers.usecases.verifying import verify

NOON = datetime(2021, 9, 30, 4, 0, tzinfo=UTC)
BATCH, CREW, PEOPLE = FLOWS["volunteers.credit-hours"].batch, 12, 900


def facts_of(session: SessionRef, person: str) -> list[Fact]:
    """A check-in, a check-out and the closing."""
    id = new_id()
    return [
        ScannedIn(session=session, registration_id=id, person_ref=person,
                  at=session.starts_at - timedelta(minutes=5)),
        ScannedOut(session=session, registration_id=id, person_ref=person,
                   at=session.ends_at + timedelta(minutes=5)),
        AttendanceRecorded(session=session, registration_id=id, person_ref=person,
                           household_ref=person, state="present"),
    ]


def told(facts: list[Fact]) -> list[Envelope]:
    """In envelopes that were read from JSON, as a consumer gets them."""
    wrapped = [wrap(fact, id=new_id(), source="/events", sequence=number % 3 + 1, time=NOON)
               for number, fact in enumerate(facts)]
    return [parse(envelope.to_json()) for envelope in wrapped]


def a_session(number: int, *, people: int = PEOPLE) -> SessionRef:
    """A morning of ninety minutes; everybody comes once a day."""
    start = NOON - timedelta(days=number * CREW // people, minutes=400)
    return SessionRef(
        session_id=new_id(), activity_id=new_id(), programme="road-angels", kind="shift",
        street="大鹏", starts_at=start, ends_at=start + timedelta(minutes=90), title="马路天使",
        place="中山路口",
    )


def season(attendances: int, *, people: int = PEOPLE) -> Iterator[list[Envelope]]:
    """Mornings with a crew each, batch after batch; people come back every so many sessions."""
    refs = [new_id() for _ in range(people)]
    pending: list[Envelope] = []
    for number in range(attendances // CREW):
        session = a_session(number, people=people)
        for at in range(CREW):
            pending += told(facts_of(session, refs[(number * CREW + at) % people]))
        while len(pending) >= BATCH:
            yield pending[:BATCH]
            pending = pending[BATCH:]
    if pending:
        yield pending


@contextmanager
def an_app(opened: Callable[[Any, str], Any] = open_database) -> Iterator[App]:
    """The ledger on a database of its own, opened in this way."""
    with tempfile.TemporaryDirectory() as folder, open_server(Path(folder)) as server:
        place = SimpleNamespace(mongodb_uri=server.uri,
                                database_prefix=f"bench_{secrets.token_hex(4)}_")
        database = opened(place, "volunteers")
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        transactions = Transactions(database, source="/volunteers", clock=FixedClock(NOON))
        try:
            yield App(transactions=transactions, store=Store(database))
        finally:
            database.client.drop_database(database.name)
            database.client.close()


def crediting(app: App, attendances: int) -> str:
    """Credits so many, half by half, beside remembering alone that they were heard."""
    batches = list(season(attendances))
    half = len(batches) // 2
    least = spent(batches, lambda batch: app.transactions.hear("bench", batch, lambda *_: None))
    said = [f"heard and nothing else: {least}"]
    for name, some in (("newcomers", batches[:half]), ("coming back", batches[half:])):
        seen = spent(some, lambda batch: credit_hours(app, batch))
        said.append(f"ledger, {name}: {seen}, ratio {seen.rate / least.rate:.2f}")
    return f"batches of {BATCH} facts\n" + "\n".join(said)


@dataclass(frozen=True)
class Spent:
    """Attendances a second, and milliseconds of processor time for each: ours, the database's."""

    rate: float
    own: float
    database: float

    def __str__(self) -> str:
        return (f"{self.rate:.0f} attendances/s, {self.own:.2f} ms of this process and "
                f"{self.database:.2f} ms of the database each")


def spent(batches: list[list[Envelope]], work: Callable[[list[Envelope]], object]) -> Spent:
    attendances = sum(map(len, batches)) / 3
    start, own, database = time.perf_counter(), time.process_time(), of_children()
    for batch in batches:
        work(batch)
    each = 1000 / attendances
    return Spent(attendances / (time.perf_counter() - start),
                 (time.process_time() - own) * each, (of_children() - database) * each)


def of_children() -> float:
    """Seconds of processor time that the processes this one started have used so far."""
    used = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12]) if int(fields[1]) == os.getpid() else 0
    return used / os.sysconf("SC_CLK_TCK")


def balances(app: App, entries: int) -> str:
    """One person with so many entries, a minute between two; medians of fifty questions."""
    head, kept = Head(person_ref="p1"), []
    where = a_session(0)
    for number in range(entries):
        head, entry = chained(head, Entry(
            entry_id=f"e{number}", person_ref="p1", number=0, session=where, stay=Stay(),
            minutes=90, entered_at=NOON + timedelta(minutes=number), day="2021-09-30"))
        kept.append(entry)
    within = Transaction(session=None, now=NOON, ids=new_id)
    for start in range(0, entries, 1_000):
        app.store.entries.add(kept[start:start + 1_000], within=within)
    app.store.folios.save([Folio(person_ref="p1", head=head)], known={}, within=within)
    then = NOON + timedelta(minutes=entries // 3)
    assert balance_of(app, "p1").minutes == entries * 90
    assert balance_of(app, "p1", as_of=then).minutes == (entries // 3 + 1) * 90
    now = milliseconds(lambda: balance_of(app, "p1"))
    past = milliseconds(lambda: balance_of(app, "p1", as_of=then))
    ping_ = milliseconds(lambda: ping(app.transactions.database))
    return (f"balance with {entries:,} entries: {now:.1f} ms now, {past:.1f} ms at a past moment; "
            f"a ping takes {ping_:.1f} ms")


def milliseconds(work: Callable[[], Any], times: int = 50) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken) * 1000


def verifying(app: App, attendances: int) -> str:
    start, own = time.perf_counter(), time.process_time()
    seen = verify(app)
    taken, own = time.perf_counter() - start, time.process_time() - own
    assert (seen.faults, seen.minutes) == ([], attendances * 90)
    return (f"{seen.entries:,} entries of {seen.volunteers:,} volunteers verified in {taken:.1f} s "
            f"({own / seen.entries * 1e6:.0f} µs of this process each)")


def run(attendances: int) -> str:
    """Whole crews only."""
    attendances -= attendances % CREW
    said = []
    with an_app() as app:
        said += [crediting(app, attendances), verifying(app, attendances)]
    with an_app() as app:
        said.append(balances(app, 10_000))
    return "\n".join(said)


@pytest.mark.bench
def test_how_fast_attendances_are_credited() -> None:
    print(run(6_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 6_000))
