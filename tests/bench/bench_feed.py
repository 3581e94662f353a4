"""How long the feed takes to answer, when it is short and when it is long.

`python -W ignore -m tests.bench.bench_feed [facts …]`; on a database of its own. Each question is
asked at the beginning, in the middle and at the end; what is said is the slowest of the three, and
how many times it is what the shortest feed took.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.event import CATALOGUE
from kernel.clock import new_id, system_clock
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transactions
from ops.parts import open_database as open_server
from services.city.store import INDEXES
from services.city.store.feed import Feed, Published
from tests.bench.bench_ledger import milliseconds

SIZES = (5_000, 50_000)
AT_ONCE, TIMES = 200, 5
KEYS = sorted(key for key, fact in CATALOGUE.items() if not fact.private)
RARE, ONE_OF = KEYS[0], 3_000  # one fact in so many is of this key


@contextmanager
def a_feed(facts: int) -> Iterator[tuple[Feed, float]]:
    """Filled, with the microseconds that each fact took."""
    with tempfile.TemporaryDirectory() as folder, open_server(Path(folder)) as server:
        place: Any = SimpleNamespace(mongodb_uri=server.uri, database_prefix="bench_")
        database = open_database(place, "city")
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        feed, began = Feed(database), time.perf_counter()
        transactions = Transactions(database, source="/bench", clock=system_clock)
        for start in range(0, facts, AT_ONCE):
            some = [fact(start + place) for place in range(AT_ONCE)]
            transactions.run(partial(feed.append, some))
        yield feed, (time.perf_counter() - began) / facts * 1e6
        database.client.close()


def fact(number: int) -> Published:
    key = RARE if number % ONE_OF == 0 else KEYS[1 + number % (len(KEYS) - 1)]
    return Published(id=new_id(), key=key, subject=f"bench/{number % 997}", source="/bench",
                     sequence=number, body="{}" * 300)


def questions(feed: Feed, position: int) -> dict[str, Callable[[], object]]:
    """What readers and chores ask, there."""
    found = feed.at(max(position, 1))
    assert found is not None
    moment = found.published_at.astimezone(UTC)
    return {
        "page of 100": lambda: feed.after(position, KEYS, limit=100),
        "100 of one key": lambda: feed.after(position, KEYS[1:2], limit=100),
        "rare": lambda: feed.after(position, [RARE], limit=100),
        "behind": lambda: feed.tallies.behind(position, KEYS[1:4]),
        "next rare": lambda: feed.tallies.next(position, [RARE]),
        "so many from the end": lambda: feed.tallies.newest_but(position, KEYS[1:]),
        "since": lambda: feed.since(moment),
        "first and last": lambda: (feed.first(), feed.last()),
    }


def took(feed: Feed, facts: int) -> dict[str, float]:
    """Milliseconds of each question, of the place where it took longest."""
    places = [questions(feed, position) for position in (0, facts // 2, facts - AT_ONCE)]
    return {name: max(milliseconds(place[name], times=TIMES) for place in places)
            for name in places[0]}


def run(sizes: Sequence[int]) -> None:
    short: dict[str, float] = {}
    for facts in sizes:
        with a_feed(facts) as (feed, each):
            told = took(feed, facts)
        short = short or told
        print(f"{facts:,} facts, {each:.0f} µs to write one: " + ", ".join(
            f"{name} {of:.1f} ms ({of / short[name]:.1f})" for name, of in told.items()),
            flush=True)


@pytest.mark.bench
def test_how_answers_of_the_feed_grow_with_it() -> None:
    run(SIZES)


if __name__ == "__main__":
    run([int(each) for each in sys.argv[1:]] or SIZES)
