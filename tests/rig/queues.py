"""The broker as the tests see it: topology declared, depths read, messages put and looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import amqp

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.declaring import DELIVERY_LIMIT, declare
from kernel.topology import FACTS, FLOWS, Flow

LEDGER = FLOWS["stats.fold-figures"]
RUNGS = (0.3, 0.6)  # seconds: short, because tests wait for them
RETRY_RUNGS = ",".join(f"{round(rung * 1000)}ms" for rung in RUNGS)


class Queues:
    """The queues of some flows in one virtual host."""

    def __init__(
        self, uri: str, *, flows: Sequence[Flow] = (LEDGER,), rungs: Sequence[float] = RUNGS
    ) -> None:
        self.uri = uri
        self._flows = tuple(flows)
        self._rungs = tuple(rungs)

    @contextmanager
    def channel(self) -> Iterator[amqp.Channel]:
        """A channel on a connection of its own."""
        connection = open_connection(self.uri)
        try:
            yield connection.channel()
        finally:
            drop(connection)

    def declare(self) -> None:
        connection = open_connection(self.uri)
        try:
            declare(connection, flows=self._flows, rungs=self._rungs)
        finally:
            drop(connection)

    def purge(self) -> None:
        """Empty every queue; what earlier tests left must not count."""
        with self.channel() as channel:
            for flow in self._flows:
                for queue in (flow.parked, *self._working(flow)):
                    channel.queue_purge(queue)

    def depth(self, queue: str) -> int:
        """How many messages wait in it; those in a consumer's hand are not counted."""
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def waiting(self) -> int:
        """How many messages wait for the ledger, on rungs too, but not in parked."""
        with self.channel() as channel:
            queues = self._working(LEDGER)
            return sum(channel.queue_declare(one, passive=True).message_count for one in queues)

    def parked(self, flow: Flow = LEDGER) -> list[amqp.Message]:
        """What is parked, looked at and left there."""
        with self.channel() as channel:
            found = []
            while message := channel.basic_get(flow.parked):
                found.append(message)
            return found

    def put(
        self, body: bytes, *, queue: str = LEDGER.queue, headers: Mapping[str, Any] | None = None,
        content_type: str = "application/cloudevents+json",
    ) -> None:  # fmt: skip
        """Put a message straight into a queue, as anybody with the right to publish could."""
        connection = open_connection(self.uri)
        try:
            publisher = Publisher(connection)
            message = Message(
                body=body, exchange="", routing_key=queue, message_id="from-outside",
                content_type=content_type, headers=headers or {},
            )  # fmt: skip
            publisher.send(message, "put")
            assert [one.end for one in publisher.settle_all()] == ["confirmed"]
        finally:
            drop(connection)

    def unbind(self, key: str, flow: Flow = LEDGER) -> None:
        with self.channel() as channel:
            channel.queue_unbind(flow.queue, FACTS, key)

    def bind(self, key: str, flow: Flow = LEDGER) -> None:
        with self.channel() as channel:
            channel.queue_bind(flow.queue, FACTS, key)

    def limit_returns(self, queue: str, limit: int) -> None:
        """Make the queue anew with an x-delivery-limit that is reached sooner."""
        self._make_anew(queue, {"x-delivery-limit": limit})

    def declare_anew(self, flow: Flow) -> None:
        """Undo `limit_returns`."""
        self._make_anew(flow.queue, {"x-delivery-limit": DELIVERY_LIMIT})

    def _make_anew(self, queue: str, arguments: Mapping[str, Any]) -> None:
        flow = FLOWS[queue]
        made = {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": flow.suspects,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            **arguments,
        }
        with self.channel() as channel:
            channel.queue_delete(queue)
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments=made)
            channel.queue_bind(queue, flow.moves, queue)
            for key in flow.facts:
                channel.queue_bind(queue, flow.exchange, key)

    def _working(self, flow: Flow) -> list[str]:
        return list(flow.working(self._rungs))
