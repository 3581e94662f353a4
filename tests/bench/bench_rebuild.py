"""How fast figures are worked out anew from the log, and whether memory stays flat meanwhile.

`python -W ignore -m tests.bench.bench_rebuild [facts]`; on servers of its own (or those given).
Wall clock is what one waits for; processor time by process says what bounds it.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from kernel.broker import Message, Publisher
from kernel.declaring import Kept, declare
from kernel.envelope import Envelope
from kernel.log import Log
from kernel.mongo import ensure_indexes
from kernel.topology import FLOWS, LOG
from services.stats.store import INDEXES
from services.stats.usecases.folding import QUEUE
from services.stats.usecases.rebuilding import rebuild
from tests.bench.bench_folds import CREW, facts
from tests.bench.servers import WINDOW, connected, servers
from tests.bench.spent import share, spent
from tests.unit.stats.builders import stats

PER_SESSION = 2 * CREW + 1
AT_ONCE = 200  # sessions that are made up and told together, so that this process stays small


def tell(uri: str, envelopes: Sequence[Envelope]) -> None:
    """Straight into the log: what the exchange does is not measured here."""
    with connected(uri) as connection:
        publisher = Publisher(connection)
        for one in envelopes:
            publisher.send(Message(body=one.to_json().encode(), exchange="", routing_key=LOG.queue,
                                   message_id=one.id), one.id)
            if publisher.open >= WINDOW:
                publisher.settled(within=1.0)
        publisher.settle_all()


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


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 ** 2


def run(count: int) -> str:
    with servers(FLOWS[QUEUE]) as given:
        with connected(given.amqp_uri) as connection:
            declare(connection, flows=[FLOWS[QUEUE]], kept=Kept(days=30, gigabytes=10))
        for _ in range(max(1, count // (AT_ONCE * PER_SESSION))):
            tell(given.amqp_uri, facts(AT_ONCE))
        ensure_indexes(given.database, INDEXES)
        app = stats(given.database)
        began, before = time.perf_counter(), spent()
        with watched() as seen:
            found = rebuild(app, Log(uri=given.amqp_uri), tell=lambda _: None, accept=True)
        seconds = time.perf_counter() - began
        used = share(before, spent(), found.facts)
    assert found.switched and found.unread == 0
    return (
        f"rebuild: {found.facts} facts in {seconds:.0f} s, {found.facts / seconds:.0f}/s; "
        f"{', '.join(f'{seen[len(seen) * tenths // 11]:.0f}' for tenths in range(1, 11))} MB "
        f"after each tenth of it, at most {max(seen):.0f}; "
        f"µs of processor a fact: {used}"
    )


@pytest.mark.bench
def test_how_fast_figures_are_worked_out_anew() -> None:
    print(run(50_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
