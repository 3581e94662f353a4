"""How fast figures are worked out anew from the log, and whether memory stays flat meanwhile.

`python -W ignore -m tests.bench.bench_rebuild [facts]`; on servers of its own (or those given).
The facts are those of `tests/bench/season.py`, put into the log by another process. The same log is
first only read, and only read and understood, in the same minutes: how many times as long the
rebuilding takes is comparable between machines and loads. Wall clock is what one waits for;
processor time by process says what bounds it. In the end the figures are compared with what was
told.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import pytest

from kernel.clock import local_day
from kernel.declaring import Kept, declare
from kernel.log import Log
from kernel.mongo import ensure_indexes
from kernel.topology import FLOWS
from services.stats.domain.figures import Scope
from services.stats.store import INDEXES
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of
from services.stats.usecases.building import understood
from services.stats.usecases.folding import QUEUE
from services.stats.usecases.rebuilding import rebuild
from tests.bench.season import CREW, sessions_in
from tests.bench.servers import connected, servers
from tests.bench.spent import megabytes, share, spent
from tests.rig.process import ROOT
from tests.unit.stats.builders import NOW, stats


@contextmanager
def watched() -> Iterator[list[float]]:
    """The memory of this process in MB, twice a second, as long as it goes on."""
    seen, over = [megabytes()], Event()

    def look() -> None:
        while not over.wait(0.5):
            seen.append(megabytes())

    looking = Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)


def read_only(log: Log) -> None:
    for _ in log.read(until=log.mark()):
        pass


def understood_only(log: Log) -> None:
    for entries in log.read(until=log.mark()):
        understood(entries)


def rebuilt(app: Stats, log: Log) -> str:
    """What was seen of one rebuilding."""
    before, began = spent(), time.perf_counter()
    with watched() as seen:
        found = rebuild(app, log, tell=say, accept=True)
    seconds = time.perf_counter() - began
    used = share(before, spent(), found.facts)
    assert found.switched and found.unread == 0
    tenths = [seen[len(seen) * tenth // 11] for tenth in range(1, 11)]
    say(f"{found.facts} facts in {seconds:.0f} s; µs of processor a fact: {used}")
    say(f"{', '.join(f'{tenth:.0f}' for tenth in tenths)} MB after each tenth of it, "
        f"at most {max(seen):.0f}")
    return (f"rebuild: {found.facts / seconds:.0f} facts/s; memory at its end "
            f"{tenths[-1] / tenths[1]:.2f} times that after two tenths")


def checked(app: Stats, count: int) -> None:
    figures, sessions = figures_of(app, Scope(as_of=local_day(NOW))), sessions_in(count)
    expected = {"sessions": sessions, "attendances": sessions * CREW,
                "minutes": sessions * CREW * 90, "served_reported": sessions * 100}
    assert {name: figures[name] for name in expected} == expected


def run(count: int) -> str:
    with servers(FLOWS[QUEUE]) as given:
        with connected(given.amqp_uri) as connection:
            declare(connection, flows=[FLOWS[QUEUE]], kept=Kept(days=30, gigabytes=10))
        subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.bench.season",
                        given.amqp_uri, str(count)], cwd=ROOT, check=True)
        ensure_indexes(given.database, INDEXES)
        app, log = stats(given.database), Log(uri=given.amqp_uri)
        reading, understanding = (seconds_of(partial(work, log))
                                  for work in (read_only, understood_only))
        whole = seconds_of(lambda: say(rebuilt(app, log)))
        checked(app, count)
        say(f"the log only read: {reading:.0f} s, read and understood: {understanding:.0f} s")
        return (f"rebuild: {whole / reading:.1f} times the mere reading of the log, "
                f"{whole / understanding:.1f} times reading and understanding it")


@pytest.mark.bench
def test_how_fast_figures_are_worked_out_anew() -> None:
    print(run(50_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
