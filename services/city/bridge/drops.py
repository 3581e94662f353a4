"""Counting what subscribers' queues dropped: each dropped fact comes to one queue of ours."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import amqp
from pymongo.errors import PyMongoError

from kernel import metrics
from kernel.broker import drop, open_connection
from services.city import topology
from services.city.domain.subscriber import name_of
from services.city.store.subscribers import Subscribers

TOGETHER = 500  # counted in one go, or what came within a beat
BEAT = 1.0  # seconds
PAUSE = 5.0  # seconds before it is tried again
FULL = "maxlen"  # why the broker dropped it; a subscriber's own refusals come here as well
log = logging.getLogger(__name__)


class Drops:
    """Counts, then lets go: a death in between counts again. Safe beside others that do the same.

    Meant for a thread of its own, with a connection of its own: copying never waits for it.
    """

    def __init__(self, uri: str, subscribers: Subscribers) -> None:
        self._uri, self._subscribers = uri, subscribers

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Never raises: what goes wrong is tried again after a pause."""
        while not stop.is_set():
            try:
                self._count_on(stop)
            except (OSError, amqp.AMQPError, PyMongoError) as fault:
                log.warning("dropped facts wait to be counted: %s: %s", type(fault).__name__, fault)
                stop.wait(PAUSE)

    def _count_on(self, stop: threading.Event) -> None:
        connection = open_connection(self._uri)
        try:
            channel, held = connection.channel(), list[amqp.Message]()
            channel.basic_qos(0, TOGETHER, False)
            channel.basic_consume(topology.DROPPED, callback=held.append)
            while not stop.is_set():
                _take(connection, held)
                if held:
                    self._keep(dropped_by(message.headers for message in held))
                    channel.basic_ack(held[-1].delivery_tag, multiple=True)
                    held.clear()
                connection.heartbeat_tick()
        finally:
            drop(connection)

    def _keep(self, counts: Mapping[str, int]) -> None:
        self._subscribers.count_dropped(counts)
        for name, count in counts.items():
            metrics.count("xiangxin_subscriber_dropped_total", count, subscriber=name)


def dropped_by(headers: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many each subscriber's queue dropped because it was full, by the broker's own words. What
    cannot be read counts for nobody."""
    found: Counter[str] = Counter()
    for each in headers:
        if each.get("x-first-death-reason") == FULL:
            name = name_of(str(each.get("x-first-death-queue")))
            found.update([name] if name else [])
    return found


def _take(connection: amqp.Connection, held: list[amqp.Message]) -> None:
    """What comes within a beat, at most so many. Raises OSError or amqp's errors."""
    until = time.monotonic() + BEAT
    while len(held) < TOGETHER and (left := until - time.monotonic()) > 0:
        try:
            connection.drain_events(timeout=left)
        except TimeoutError:
            return
