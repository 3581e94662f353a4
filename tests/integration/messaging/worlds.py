"""One way to tell and hear facts, twice: in memory, and with relay, broker and consumers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Protocol

import amqp
from pymongo.database import Database

from contracts.event import Fact
from contracts.events import VisitRecorded, WorkItemRecorded
from kernel.broker import Message, Publisher, drop, open_connection
from kernel.clock import FixedClock, new_id
from kernel.consume.batch import Work
from kernel.consume.consumer import Consumer
from kernel.consume.fate import ATTEMPT, REASON
from kernel.declaring import declare
from kernel.envelope import Envelope, wrap
from kernel.memory import memory_database
from kernel.memory_bus import MemoryBus
from kernel.mongo import ensure_indexes
from kernel.parked import list_parked
from kernel.relay import Relay, unblock
from kernel.topology import Flow
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from tests.waiting import eventually

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)
VISIT, WORK_ITEM = VisitRecorded.key, WorkItemRecorded.key
RUNGS = (0.2, 0.4)


def flow(*facts: str, name: str = "stats.test-figures", batch: int = 10) -> Flow:
    return Flow(queue=name, facts=facts or (VISIT,), batch=batch)


def visit(visit_id: str) -> VisitRecorded:
    return VisitRecorded(
        visit_id=visit_id,
        programme="test-programme",
        street="test-street",
        household_ref="h1",
        day=date(2021, 9, 1),
    )


def work_item(item_id: str) -> WorkItemRecorded:
    return WorkItemRecorded(
        item_id=item_id,
        programme="test-programme",
        category="test",
        state="open",
        due_on=None,
        day=date(2021, 9, 1),
    )


def body_of(fact: Fact) -> bytes:
    """The fact as somebody else would tell it."""
    envelope = wrap(fact, id=new_id(), source="/tests", sequence=1, time=NOON)
    return envelope.to_json().encode()


class Ledger:
    """A handler that writes down what it acted on; `fault` may raise before it does."""

    def __init__(self, fault: Callable[[Envelope], None] = lambda _: None) -> None:
        self.fault = fault
        self.visits: list[str] = []
        self.calls: list[int] = []

    def __call__(self, heard: list[Envelope]) -> None:
        self.calls.append(len(heard))
        for envelope in heard:
            self.fault(envelope)
        self.visits.extend(envelope.subject.partition("/")[2] for envelope in heard)


class World(Protocol):
    """What the suite that runs on both needs."""

    transactions: Transactions

    def begin(self, reactions: Mapping[Flow, Work]) -> None: ...

    def publish(self, body: bytes, *, queue: str, headers: Mapping[str, Any] = ...) -> None: ...

    def until(self, check: Callable[[], object]) -> None: ...

    def parked(self, flow: Flow) -> list[tuple[str, int]]:
        """Reason and attempts of each."""

    def close(self) -> None: ...


def tell(world: World, *facts: Fact) -> None:
    """Each in a transaction of its own."""
    for fact in facts:
        world.transactions.run(partial(Transaction.emit, fact=fact))


def free(world: World) -> int:
    return unblock(world.transactions.database)


class MemoryWorld:
    """MemoryBus."""

    def __init__(self) -> None:
        database = memory_database()
        ensure_indexes(database, KERNEL_INDEXES)
        self.transactions = Transactions(database, source="/tests", clock=FixedClock(NOON))
        self._bus: MemoryBus

    def begin(self, reactions: Mapping[Flow, Work]) -> None:
        by_queue = {flow.queue: work for flow, work in reactions.items()}
        outboxes = {"tests": self.transactions}
        self._bus = MemoryBus(outboxes, by_queue, flows=list(reactions), rungs=RUNGS)

    def publish(self, body: bytes, *, queue: str, headers: Mapping[str, Any] | None = None) -> None:
        self._bus.publish(
            Message(body=body, exchange="", routing_key=queue, message_id="", headers=headers or {})
        )

    def until(self, check: Callable[[], object]) -> None:
        for _ in range(3):
            self._bus.deliver()
        assert check()

    def parked(self, flow: Flow) -> list[tuple[str, int]]:
        messages = self._bus.queues[flow.parked]
        return [(message.headers[REASON], message.headers[ATTEMPT]) for message in messages]

    def close(self) -> None:
        pass


class RealWorld:
    """Relay and consumers in threads, a virtual host and a database of their own."""

    def __init__(self, uri: str, database: Database[dict[str, Any]]) -> None:
        self.uri = uri
        ensure_indexes(database, KERNEL_INDEXES)
        self.transactions = Transactions(database, source="/tests", clock=FixedClock(NOON))
        self.consumers: list[Consumer] = []
        self._threads: list[threading.Thread] = []
        self._relaying = threading.Event()
        self._flows: set[Flow] = set()
        self._connections: list[amqp.Connection] = []

    def channel(self) -> amqp.Channel:
        """A channel for what only tests do; its connection ends with the world."""
        self._connections.append(open_connection(self.uri))
        return self._connections[-1].channel()

    def declare(self, flows: Sequence[Flow]) -> None:
        self._flows.update(flows)
        connection = open_connection(self.uri)
        declare(connection, flows=flows, rungs=RUNGS)
        drop(connection)

    def begin(self, reactions: Mapping[Flow, Work]) -> None:
        self.end()
        self.declare(list(reactions))
        self.relay()
        for flow, work in reactions.items():
            self.consume(flow, work)

    def relay(self, uri: str | None = None) -> Relay:
        return self.run(Relay(self.transactions.database, uri or self.uri, service="tests"))

    def run(self, relay: Relay) -> Relay:
        self._spawn(lambda: relay.run(self._relaying))
        return relay

    def consume(self, flow: Flow, work: Work, *, uri: str | None = None) -> Consumer:
        consumer = Consumer(uri or self.uri, flow, work, rungs=RUNGS)
        self.consumers.append(consumer)
        self._spawn(consumer.run)
        self._spawn(consumer.work)
        return consumer

    def publish(self, body: bytes, *, queue: str, headers: Mapping[str, Any] | None = None) -> None:
        connection = open_connection(self.uri)
        publisher = Publisher(connection)
        publisher.send(
            Message(
                body=body, exchange="", routing_key=queue, message_id="m", headers=headers or {}
            ),
            None,
        )
        publisher.settle_all()
        drop(connection)

    def until(self, check: Callable[[], object]) -> None:
        eventually(check, every=0.02)

    def parked(self, flow: Flow) -> list[tuple[str, int]]:
        return [(one.reason, one.attempts) for one in list_parked(self.uri, flow)]

    def count(self, queue: str) -> int:
        """Messages that lie ready in the queue."""
        connection = open_connection(self.uri)
        try:
            declared = connection.channel().queue_declare(queue, passive=True)
            return int(declared.message_count)
        finally:
            drop(connection)

    def end(self) -> None:
        """Stop relay and consumers; the queues stay."""
        self._relaying.set()
        for consumer in self.consumers:
            consumer.stop(within=5.0)
        for thread in self._threads:
            thread.join(10.0)
            assert not thread.is_alive()
        self._relaying.clear()
        self.consumers.clear()
        self._threads.clear()

    def close(self) -> None:
        """The virtual host is left as empty as it was."""
        self.end()
        channel = self.channel()
        for flow in self._flows:
            for name in (flow.queue, flow.suspects, flow.parked, *map(flow.rung, RUNGS)):
                channel.queue_delete(name)
        for connection in self._connections:
            drop(connection)

    def _spawn(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._threads.append(thread)
