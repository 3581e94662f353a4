"""How many facts a relay carries from an outbox to a quorum queue, beside the broker alone.

`python -m tests.bench.bench_relay [count] [facts per transaction]`; on AMQP_URI and MONGODB_URI
when they are set, else on servers of its own.
"""

from __future__ import annotations

import sys
import threading
import time
from functools import partial

import pytest

from contracts.events import VisitRecorded
from kernel.clock import system_clock
from kernel.outbox import OUTBOX, all_rows
from kernel.relay import Relay
from kernel.topology import FACTS
from kernel.transaction import Transaction, Transactions
from tests.bench.flows import RELAYED, visit
from tests.bench.servers import Servers, servers


def fill(opened: Servers, count: int, together: int) -> list[bytes]:
    """Tell `count` facts, so many in one transaction; their bodies."""
    transactions = Transactions(opened.database, source="/bench", clock=system_clock)

    def work(transaction: Transaction, *, first: int) -> None:
        for number in range(first, min(first + together, count)):
            transaction.emit(visit(number))

    for first in range(0, count, together):
        transactions.run(partial(work, first=first))
    return [str(row.body).encode() for row in all_rows(opened.database)]


def broker_alone(opened: Servers, bodies: list[bytes]) -> float:
    """Facts a second that the same publisher gets confirmed without an outbox."""
    began = time.perf_counter()
    opened.publish(bodies, exchange=FACTS, routing_key=VisitRecorded.key)
    return len(bodies) / (time.perf_counter() - began)


def relayed(opened: Servers, count: int) -> tuple[float, float]:
    """Facts a second from the outbox until marked as sent; processor time of each in µs."""
    stop = threading.Event()
    relay = Relay(opened.database, opened.amqp_uri, service="bench")
    thread = threading.Thread(target=relay.run, args=(stop,))
    began, worked = time.perf_counter(), time.process_time()
    thread.start()
    while opened.database[OUTBOX].find_one({"state": "pending"}, {"_id": 1}):
        time.sleep(0.2)
    seconds = time.perf_counter() - began
    each = (time.process_time() - worked) / count * 1e6
    stop.set()
    thread.join()
    return count / seconds, each


def run(count: int, together: int) -> str:
    with servers(RELAYED) as opened:
        bodies = fill(opened, count, together)
        alone = broker_alone(opened, bodies)
        carried, each = relayed(opened, count)
        assert opened.empty(RELAYED) == 2 * count, "every fact once from each"
    return (
        f"relay: {carried:.0f} facts/s ({together} told together, {each:.0f} µs of processor "
        f"each); broker alone {alone:.0f}/s; ratio {carried / alone:.2f}"
    )


@pytest.mark.bench
def test_how_many_facts_a_relay_carries() -> None:
    print(run(20_000, 20))


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    print(run(*(given + [20_000, 20][len(given) :])))
