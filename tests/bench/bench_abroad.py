"""What twenty subscribers by AMQP and twenty webhooks get from one bridge, all at once, and whether
the memory of bridge and caller stays flat meanwhile.

`python -W ignore -m tests.bench.bench_abroad [facts] [pattern] [webhooks]`; on servers of its own.
Facts are those of `tests/bench/season.py`, in the bridge's queue before it starts. Who hears by
AMQP hears everything. Webhooks hear the pattern, `#` at first; a million facts to each of twenty
take hours, `events.session_closed.v1` is one of 62.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from kernel.clock import system_clock
from services.city.domain.granting import granted
from tests.bench.bench_bridge import TENTHS, going_abroad, tell
from tests.bench.bench_city_subscribers import added, hearing
from tests.bench.bench_webhooks import receiving
from tests.bench.servers import patient
from tests.bench.spent import megabytes, share, spent
from tests.rig.abroad import Abroad
from tests.rig.callers import Callers
from tests.rig.process import Process

MANY = 20
ROOM = 10_000  # MB of a queue, so that nothing is dropped that has to come


@dataclass(frozen=True)
class Reached:
    """Seconds since the beginning, the position, calls so far, MB of bridge and of caller."""

    seconds: float
    position: int
    calls: int
    bridge: float
    caller: float

    def __str__(self) -> str:
        return (f"{self.position:,} facts, {self.calls:,} calls after {self.seconds:.0f} s; "
                f"bridge {self.bridge:.0f} MB, caller {self.caller:.0f} MB")


class Bench:
    """Everything set up: `names` are those of the webhooks."""

    def __init__(self, abroad: Abroad, callers: Callers, url: str, pattern: str,
                 webhooks: int) -> None:
        self.abroad, self.callers = abroad, callers
        self.keys = granted([pattern])
        self.names = [f"called-{number:02}" for number in range(webhooks)]
        for name in self.names:
            callers.set(name, url, facts=(pattern,))
        self.uris = [added(abroad, f"hears-{number:02}", megabytes=ROOM) for number in range(MANY)]
        self.bridge, self.caller = abroad.bridge(), callers.caller()

    def calls(self) -> int:
        since, calls = system_clock() - timedelta(days=1), self.callers.app.store.calls
        return sum(calls.counts(name, since).all for name in self.names)

    def reached(self, began: float) -> Reached:
        return Reached(time.perf_counter() - began, self.abroad.store.feed.last(), self.calls(),
                       megabytes(self.bridge.pid), megabytes(self.caller.pid))


@contextmanager
def set_up(pattern: str, webhooks: int) -> Iterator[Bench]:
    with going_abroad("bench_abroad_") as abroad, receiving() as url:
        callers = Callers(abroad.mongodb_uri, abroad.prefix, abroad.folder)
        try:
            yield Bench(abroad, callers, url, pattern, webhooks)
        finally:
            callers.close()


def went(bench: Bench, count: int) -> Iterator[Reached]:
    """After each tenth of the facts, then when every webhook has its own."""
    began, tenth = time.perf_counter(), 1
    while (last := patient(bench.abroad.store.feed.last)) < count:
        if last >= count * tenth // TENTHS:
            tenth += 1
            yield patient(lambda: bench.reached(began))
        time.sleep(0.5)
    yield patient(lambda: bench.reached(began))
    wanted = bench.abroad.store.feed.tallies.behind(0, bench.keys) * len(bench.names)
    while patient(bench.calls) < wanted:
        time.sleep(0.5)
    yield patient(lambda: bench.reached(began))


def run(facts: int, pattern: str, webhooks: int = MANY) -> str:
    with set_up(pattern, webhooks) as bench:
        count = tell(bench.abroad, facts)
        with hearing(bench.uris, count) as said:
            before = spent()
            for process in (bench.caller, bench.bridge):
                process.start()
            seen = list[Reached]()
            for reached in went(bench, count):
                print(f"  {reached}", flush=True)
                seen.append(reached)
            assert said.readline() == "done\n"
        print(f"  µs of processor a fact: {share(before, spent(), count)}")
        stopped(bench.bridge, bench.caller)
    return summary(count, webhooks, seen)


def summary(count: int, webhooks: int, seen: list[Reached]) -> str:
    copied, called = seen[-2:]
    after = (called.calls - copied.calls) / max(called.seconds - copied.seconds, 1)
    sizes = [", ".join(f"{each:.0f}" for each in of)
             for of in ((each.bridge for each in seen), (each.caller for each in seen))]
    return (f"{MANY} subscribers by AMQP and {webhooks} webhooks: "
            f"{count / copied.seconds:.0f} facts/s through the bridge, "
            f"{copied.calls / copied.seconds:.0f} calls/s meanwhile, {after:.0f} after it; "
            f"bridge {sizes[0]} MB, caller {sizes[1]} MB")


def stopped(*processes: Process) -> None:
    for process in processes:
        assert process.stop() == 0


@pytest.mark.bench
def test_what_subscribers_and_webhooks_get_at_once() -> None:
    print(run(3_000, "#"))


if __name__ == "__main__":
    asked = sys.argv[1:]
    print(run(int(asked[0]) if asked else 3_000, asked[1] if len(asked) > 1 else "#",
              int(asked[2]) if len(asked) > 2 else MANY))
