"""The process that `bench_consumer` measures: a consumer under eventlet, as services run it.

`python -W ignore -m tests.bench.hearing <count> <database>`: hears `count` facts that only count,
then as many with inbox and one effect each; prints one line of JSON.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from types import SimpleNamespace  # noqa: E402

from kernel.clock import system_clock  # noqa: E402
from kernel.consume.batch import Work  # noqa: E402
from kernel.consume.consumer import Consumer  # noqa: E402
from kernel.envelope import Envelope  # noqa: E402
from kernel.mongo import open_database  # noqa: E402
from kernel.topology import Flow  # noqa: E402
from kernel.transaction import Transaction, Transactions  # noqa: E402
from tests.bench.flows import COUNTED, KEPT  # noqa: E402


class Counting:
    """Hears and does nothing more."""

    heard = 0

    def __call__(self, heard: list[Envelope]) -> None:
        self.heard += len(heard)


class Keeping(Counting):
    """Inbox and one document for each fact, in one transaction for a batch."""

    def __init__(self, transactions: Transactions) -> None:
        self.transactions = transactions

    def __call__(self, heard: list[Envelope]) -> None:
        self.transactions.hear("bench", heard, self.keep)
        super().__call__(heard)

    def keep(self, transaction: Transaction, fresh: list[Envelope]) -> None:
        effects = [{"_id": one.id, "street": one.fact().street} for one in fresh]  # type: ignore[attr-defined]
        database = self.transactions.database
        database["effects"].insert_many(effects, ordered=False, session=transaction.session)


def timed(flow: Flow, work: Work, heard: Callable[[], int], count: int) -> dict[str, float]:
    """Seconds and processor seconds until `count` facts were heard and acknowledged."""
    consumer = Consumer(os.environ["AMQP_URI"], flow, work)
    began, worked = time.perf_counter(), time.process_time()
    eventlet.spawn(consumer.run)
    eventlet.spawn(consumer.work)
    while heard() < count:
        eventlet.sleep(0.01)
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}
    consumer.stop()
    return took


def main(count: int, name: str) -> None:
    place = SimpleNamespace(mongodb_uri=os.environ["MONGODB_URI"], database_prefix=name)
    database = open_database(place, "")
    counting = Counting()
    counted = timed(COUNTED, counting, lambda: counting.heard, count)
    keeping = Keeping(Transactions(database, source="/bench", clock=system_clock))
    kept = timed(KEPT, keeping, lambda: keeping.heard, count)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    effects = database["effects"].estimated_document_count()
    print(json.dumps({"counted": counted, "kept": kept, "memory": memory, "effects": effects}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
