"""Sign-ups while all four services run, and what many activities and a long line cost.

`python -m tests.bench.bench_city [people] [line]`: on servers of its own, or on those that
AMQP_URI and MONGODB_URI name. Rates of one run are compared with one another, never with a clock.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

import pytest
from pymongo.database import Database

from kernel.clock import new_id
from ops.parts import open_broker
from ops.parts import open_database as open_server
from services.events.domain.registration import Registration
from services.events.store import Store
from services.events.store.line import Line
from services.events.store.registration_documents import document_of
from tests.bench.bench_signups import drive, publish
from tests.rig.city import City
from tests.rig.process import Process
from tests.rig.queues import Queues

Documents = Database[dict[str, Any]]
SERVICES = ("volunteers", "notifications", "stats")
SEEDED_AT_ONCE = 500
OUTSIDE: Any = SimpleNamespace(session=None)  # no transaction: nobody else writes yet


@contextmanager
def open_city() -> Iterator[tuple[City, Process]]:
    """All four services, each a process, with one relay for all; and the one of events."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("broker", "database")]
        for path in paths:
            path.mkdir()
        with open_broker(paths[0]) as broker, open_server(paths[1]) as server:
            city = City(queues=Queues(broker.uri), mongodb_uri=server.uri, prefix="bench_",
                        folder=Path(folder))
            try:
                city.prepare()
                for name in SERVICES:
                    city.service(name).start()
                city.relay("events", *SERVICES).start()
                yield city, city.events().start()
            finally:
                city.close()


def invented(number: int) -> dict[str, str]:
    """Somebody who does not exist; name and number together are one person."""
    return {"name": f"测试{number}", "phone": f"1390000{number % 10_000:04d}"}


def rate(events: Process, people: int, first: int) -> tuple[float, float, float]:
    """Confirmed sign-ups a second on a new session, and p50 and p99 in milliseconds."""
    assert events.port is not None
    session_id = publish(events.port, people)
    parties = [[invented(n)] for n in range(first, first + people)]
    answers, seconds = drive(events.port, 32, session_id, parties)
    assert [status for status, _, _ in answers] == [201] * people
    took = sorted(each * 1000 for _, each, _ in answers)
    return people / seconds, took[people // 2], took[int(people * 0.99)]


def seed_activities(database: Documents, count: int, like: str) -> None:
    """So many copies of the activity of this session, each with its session."""
    session = dict(database["sessions"].find_one({"_id": like}) or {})
    activity = dict(database["activities"].find_one({"_id": session["activity_id"]}) or {})
    for start in range(0, count, SEEDED_AT_ONCE):
        ids = [new_id() for _ in range(min(SEEDED_AT_ONCE, count - start))]
        database["activities"].insert_many([{**activity, "_id": f"a{each}"} for each in ids])
        database["sessions"].insert_many(
            [{**session, "_id": f"s{each}", "activity_id": f"a{each}"} for each in ids]
        )


def seed_line(database: Documents, session_id: str, count: int) -> str:
    """So many parties in line behind a full session; the registration of the last one."""
    session = Store.on(database).sessions.one(session_id)
    made = ""
    for start in range(0, count, SEEDED_AT_ONCE):
        parties = [
            Registration(
                registration_id=new_id(), session_id=session_id, activity_id=session.activity_id,
                party=(new_id(),), household_ref="", status="waitlisted", told=1,
                arrival=session.arrivals + 1 + n, registered_at=session.starts_at,
            )
            for n in range(start, min(start + SEEDED_AT_ONCE, count))
        ]
        database["registrations"].insert_many([document_of(each) for each in parties])
        Line(database).join(session, parties, within=OUTSIDE)
        made = parties[-1].registration_id
    waiting = {"waiting": count, "waiting_in": {"*": count}, "arrivals": session.arrivals + count}
    database["sessions"].update_one({"_id": session_id}, {"$set": waiting})
    return made


def timed(call: Callable[[], Any], times: int = 5) -> float:
    """Milliseconds of the call, the median of a few."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def get(events: Process, path: str) -> bytes:
    request = Request(f"{events.address}{path}", headers={"Accept": "application/json"})
    answer: bytes = urlopen(request, timeout=120).read()
    return answer


def run(people: int, line: int) -> None:
    """Prints what was seen."""
    with open_city() as (city, events):
        database = city.database("events")
        rate(events, 200, 10_000_000)  # warm
        print("\nall four services and the relay running, one process of events:")
        first = None
        for times, activities in ((1, 10), (10, 90), (100, 900)):
            assert events.port is not None
            seed_activities(database, activities, publish(events.port, 5))
            per_second, p50, p99 = rate(events, people, 20_000_000 + times * people)
            listing = timed(lambda: get(events, "/api/activities?programme=youth-night"))
            first = first or per_second
            print(f"{10 * times:5} activities  {per_second:6.0f} sign-ups/s (ratio "
                  f"{per_second / first:.2f})  p50 {p50:.0f} ms  p99 {p99:.0f} ms   "
                  f"list {listing:.0f} ms", flush=True)
        long_line(events, database, line)


def long_line(events: Process, database: Documents, line: int) -> None:
    """What one more party, a look at a position and a freed place cost behind a long line."""
    assert events.port is not None
    for count in (100, line):
        session_id = publish(events.port, 1)
        [(_, _, taken)], _ = drive(events.port, 1, session_id, [[invented(count)]])
        last = seed_line(database, session_id, count)
        parties = [[invented(1_000_000 + count + n)] for n in range(50)]
        _, joined = drive(events.port, 1, session_id, parties)
        position = timed(partial(get, events, f"/api/registrations/{last}"))
        registration_id = taken.split('"registration_id": "')[1][:32]
        began = time.perf_counter()
        urlopen(Request(f"{events.address}/api/registrations/{registration_id}",
                        method="DELETE"), timeout=120).read()
        freed = (time.perf_counter() - began) * 1000
        print(f"line of {count:6}: one more {joined / 50 * 1000:.1f} ms   position of the last "
              f"{position:.1f} ms   freed place {freed:.1f} ms", flush=True)


@pytest.mark.bench
def test_sign_ups_with_all_services_and_at_scale() -> None:
    run(2000, 20_000)


def main(arguments: list[str]) -> None:
    """See above."""
    people, line = (*map(int, arguments), *(2000, 100_000)[len(arguments):])
    run(people, line)


if __name__ == "__main__":
    main(sys.argv[1:])
