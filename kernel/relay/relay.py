"""One service's relay: sweeps its outbox, carries what waits, starts anew after any error."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import amqp
from pymongo.database import Database

from kernel import metrics
from kernel.broker import Publisher, drop, open_connection
from kernel.clock import new_id, system_clock
from kernel.relay.carry import Carrier
from kernel.relay.hint import Hint
from kernel.relay.lease import Held, Lease
from kernel.relay.rows import Row, Rows, unblock
from kernel.relay.turns import Told
from kernel.vault import Sealing
from kernel.wire import Wire

log = logging.getLogger(__name__)

SWEEP_EVERY = 0.5  # seconds; the hint is usually much faster
ROUND = 2000  # facts read at a time
BUSY = 20  # rows after which the hint would only repeat what was carried
BACK_OFF = (0.3, 10.0)  # seconds, shortest and longest
MEASURED_EVERY = 5.0  # seconds
BLOCKED_AGAIN = 60.0  # seconds after which blocked facts are tried again by themselves


def read_ahead(rounds: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """The rounds; while one is carried the next is read."""
    this = next(rounds, None)
    if this is None or len(this) < ROUND:
        yield from [] if this is None else [this]
        return
    with ThreadPoolExecutor(1) as pool:
        while this is not None:
            following = pool.submit(next, rounds, None)
            yield this
            this = following.result()


class Relay:
    """Carries one outbox to the broker. `run` is meant for a thread or a process of its own."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        amqp_uri: str,
        *,
        service: str,
        vault: Sealing | None = None,
        wire: Wire | None = None,
        clock: Callable[[], datetime] = system_clock,
        lease: Held | None = None,
    ) -> None:
        self._amqp_uri = amqp_uri
        self._service = service
        self._clock = clock
        self._database = database
        self._rows = Rows(database, vault, wire)
        self._told = Told()
        self._lease: Held = lease or Lease(database, new_id())
        self._hint = Hint(database, within=SWEEP_EVERY)
        self._connection: amqp.Connection | None = None
        self._publisher: Publisher | None = None
        self._measure_at = 0.0
        self._again_at = time.monotonic() + BLOCKED_AGAIN
        self.failures = 0  # how often it started anew
        self.healthy = False  # the last look reached what it needs; a standby needs the database

    def run(self, stop: threading.Event) -> None:
        """Carry until `stop` is set. Never raises: after any error the broker connection is dropped
        and the work begins anew, with growing pauses."""
        shortest, longest = BACK_OFF
        pause = shortest
        while not stop.is_set():
            try:
                self._work(stop)
            except Exception as error:
                pause = shortest if self.healthy else min(pause * 2, longest)
                self.healthy = False
                self._drop()
                self._rows.forget()
                self.failures += 1
                metrics.count("xiangxin_relay_failures_total", service=self._service)
                log.warning(
                    "%s starts anew in %.1f s: %s: %s",
                    self._service,
                    pause,
                    type(error).__name__,
                    error,
                )
                stop.wait(pause)
        self._leave()

    def sweep(self) -> int:
        """Carry what waits; how many were confirmed. Raises amqp's, pymongo's and OS errors."""
        carrier = Carrier(self._connected(), self._rows, self._told, now=self._clock)
        try:
            for pending in read_ahead(self._rows.sweep(ROUND)):
                carrier.carry(pending)
                if not self._lease.held():
                    break
        finally:
            count, service = metrics.count, self._service
            count("xiangxin_facts_published_total", carrier.carried, service=service)
            count("xiangxin_facts_returned_total", carrier.returned, service=service)
        return carrier.carried

    def _work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self._lease.held():
                self.healthy = True
                self._rows.forget()
                stop.wait(SWEEP_EVERY)
                continue
            carried = self.sweep()
            self.healthy = True
            self._measure()
            if carried > BUSY:
                self._hint.stale()
            elif not carried and not self._hint.begin():
                self._hint.wait(stop)
                self._beat()

    def _measure(self) -> None:
        if time.monotonic() < self._measure_at:
            return
        self._measure_at = time.monotonic() + MEASURED_EVERY
        oldest = self._rows.oldest_pending()
        age = (self._clock() - oldest).total_seconds() if oldest else 0.0
        gauge, service = metrics.gauge, self._service
        gauge("xiangxin_outbox_oldest_seconds", max(age, 0.0), service=service)
        gauge("xiangxin_outbox_pending", self._rows.count("pending"), service=service)
        gauge("xiangxin_outbox_blocked", self._rows.count("blocked"), service=service)
        if time.monotonic() > self._again_at:
            self._again_at = time.monotonic() + BLOCKED_AGAIN
            unblock(self._database)  # the queue may be there by now; if not, this is told again

    def _connected(self) -> Publisher:
        if self._publisher is None:
            self._connection = open_connection(self._amqp_uri)
            self._publisher = Publisher(self._connection)
        return self._publisher

    def _beat(self) -> None:
        if self._publisher is not None:
            self._publisher.beat()

    def _drop(self) -> None:
        drop(self._connection)
        self._connection = self._publisher = None

    def _leave(self) -> None:
        self._drop()
        self._hint.stale()
        try:
            self._lease.release()
        except Exception as error:
            log.info("%s: the lease runs out by itself (%s)", self._service, type(error).__name__)
