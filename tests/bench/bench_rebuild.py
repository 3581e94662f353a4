"""How fast figures are worked out anew from the log, and whether memory stays flat meanwhile.

`python -W ignore -m tests.bench.bench_rebuild [facts]`; on servers of its own (or those given).
Wall clock is what one waits for; processor time by process says what bounds it.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence

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


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(count: int) -> str:
    with servers(FLOWS[QUEUE]) as given:
        with connected(given.amqp_uri) as connection:
            declare(connection, flows=[FLOWS[QUEUE]], kept=Kept(days=30, gigabytes=10))
        for _ in range(max(1, count // (AT_ONCE * PER_SESSION))):
            tell(given.amqp_uri, facts(AT_ONCE))
        ensure_indexes(given.database, INDEXES)
        app, seen = stats(given.database), list[float]()
        began, before = time.perf_counter(), spent()
        found = rebuild(app, Log(uri=given.amqp_uri), tell=lambda _: seen.append(megabytes()),
                        accept=True)
        seconds = time.perf_counter() - began
        used = share(before, spent(), found.facts)
    assert found.switched and found.unread == 0
    return (
        f"rebuild: {found.facts} facts in {seconds:.0f} s, {found.facts / seconds:.0f}/s; "
        f"at most {megabytes():.0f} MB, {seen[0]:.0f} MB after the first reading; "
        f"µs of processor a fact: {used}"
    )


@pytest.mark.bench
def test_how_fast_figures_are_worked_out_anew() -> None:
    print(run(50_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
