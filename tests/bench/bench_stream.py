"""Stats' own part of the way to the wall: from a fact handed to the broker to the changed tile.

`python -W ignore -m tests.bench.bench_stream [seconds] [viewers]`: sign-ups as facts at a steady
rate, the two halves of stats as two processes, Chromium with the wall, viewers of the stream
besides, of whom one never reads. No service that makes the facts: what the machine gives belongs
to stats, the broker and the database.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from contracts.event import Fact
from contracts.session import SessionRef
from kernel.broker import Message, Publisher
from kernel.clock import new_id
from kernel.envelope import wrap
from kernel.topology import FACTS
from tests.bench.bench_wall import PLACES, STUCK, Wall, lags_of, look, open_town, report, watching
from tests.bench.servers import connected
from tests.bench.spent import share, spent
from tests.unit.stats.builders import a_session, scheduled, signed_up

RATES = (10, 100)


@contextmanager
def open_wall(folder: Path) -> Iterator[tuple[Wall, str, SessionRef]]:
    """The wall, the broker's address, and the session that all sign up for."""
    with open_town(folder) as (city, browser):
        facts = city.service("stats", ROLE="facts").start()
        stats = city.service("stats", ROLE="http").start()
        starts_at = datetime.now(UTC) + timedelta(days=2)
        session = a_session(session_id=new_id(), starts_at=starts_at,
                            ends_at=starts_at + timedelta(hours=2))
        uri = city.queues.uri
        tell(uri, [scheduled(session, capacity=PLACES)], rate=1)
        yield look(browser, facts, stats, session.session_id), uri, session


def tell(uri: str, facts: list[Fact], *, rate: int) -> list[float]:
    """When each was handed to the broker (seconds of the epoch), at a steady rate."""
    moments = []
    with connected(uri) as connection:
        publisher, began = Publisher(connection), time.monotonic()
        for number, fact in enumerate(facts):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            told = wrap(fact, id=new_id(), source="/bench", sequence=1, time=datetime.now(UTC))
            body = told.to_json().encode()
            moments.append(time.time())
            publisher.send(Message(body=body, exchange=FACTS, routing_key=fact.key,
                                   message_id=told.id), number)
            if publisher.open > rate:
                publisher.settled(within=0.001)
        publisher.settle_all()
    return moments


def measure(wall: Wall, uri: str, session: SessionRef, rate: int, seconds: int) -> None:
    """Two lines: how late the tile was, and the processor time of each process for a fact."""
    facts: list[Fact] = [signed_up(new_id(), "a", session=session) for _ in range(rate * seconds)]
    names = {"facts of stats": wall.events.pid, "doors of stats": wall.stats.pid}
    before = spent(**names)
    moments = tell(uri, facts, rate=rate)
    took = lags_of(wall, moments)
    used = share(before, spent(**names), len(facts))
    report(rate, took, len(moments) / (moments[-1] - moments[0]))
    print(f"      µs of processor a fact: {used}", flush=True)


def run(seconds: int, viewers: int) -> None:
    """Prints what was seen."""
    with TemporaryDirectory() as folder, open_wall(Path(folder)) as opened:
        measure(*opened, 5, 3)  # warm
        for rate in RATES:
            measure(*opened, rate, seconds)
        for rate in RATES:
            with watching(opened[0].stats, viewers):
                print(f"in front of {viewers} viewers, {STUCK} more stuck:")
                measure(*opened, rate, seconds)


@pytest.mark.bench
def test_from_the_broker_to_the_changed_tile() -> None:
    run(10, 500)


if __name__ == "__main__":
    run(*(*map(int, sys.argv[1:]), *(20, 500)[len(sys.argv) - 1:]))
