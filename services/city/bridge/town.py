"""The way into the city's virtual host: one connection, every fact confirmed before it counts."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import amqp

from kernel.broker import Message, Publisher, drop, open_connection
from services.city import topology
from services.city.store.feed import Published


class NotTaken(ConnectionError):
    """The broker did not take a fact: the stream that takes all of them is not there."""


class Town:
    """Publishes to the city. Safe from two threads: one that publishes, one that keeps it alive."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._turn = threading.Lock()
        self._connection: amqp.Connection | None = None
        self._publisher: Publisher | None = None

    def publish(self, facts: Sequence[Published]) -> None:
        """Returns when the broker has all of them. After an error, which may be amqp's, an OSError
        or NotTaken, it is unknown which: publish them again."""
        with self._turn:
            try:
                self._published(facts)
            except BaseException:
                self._drop()
                raise

    def beat(self) -> None:
        """Keep an idle connection alive; call about once a second. Never raises."""
        with self._turn:
            if self._publisher is None:
                return
            try:
                self._publisher.beat()
            except (OSError, amqp.AMQPError):
                self._drop()

    def close(self) -> None:
        with self._turn:
            self._drop()

    def _published(self, facts: Sequence[Published]) -> None:
        publisher = self._opened()
        for fact in facts:
            publisher.send(_message(fact), fact.key)
        ends = publisher.settle_all()
        if lost := next((end for end in ends if end.end != "confirmed"), None):
            raise NotTaken(f"{lost.token} was {lost.end}: {lost.reason}")

    def _opened(self) -> Publisher:
        if self._publisher is None:
            self._connection = open_connection(self._uri)
            self._publisher = Publisher(self._connection)
        return self._publisher

    def _drop(self) -> None:
        drop(self._connection)
        self._connection = self._publisher = None


def _message(fact: Published) -> Message:
    return Message(body=fact.body.encode(), exchange=topology.FACTS, routing_key=fact.key,
                   message_id=fact.id, type=fact.key)
