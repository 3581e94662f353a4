"""Rounds: who has something to be told gets a turn, each in a thread, so that nobody waits for a
slow one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Mapping

from pymongo.database import Database
from pymongo.errors import PyMongoError

from kernel.relay.lease import Lease
from services.city.domain.webhook import Webhook
from services.city.store.lines import LostTurn
from services.city.webhooks.record import Parts
from services.city.webhooks.turn import Rest, Turn

EVERY = 0.25  # seconds between two looks
APART = 1.0  # seconds between two turns at one receiver: what trickles in is marked together
LOOKED_AT_LEAST = 5.0  # seconds: who resumes or grants something sees it happen
SPAN, BEAT = 15.0, 3.0  # seconds of a lease, and between its beats
log = logging.getLogger(__name__)


class Rounds:
    """One of several processes may work on a receiver; each works on those whose lease it has.
    Nothing rests on that: two at once only bring things twice."""

    def __init__(self, parts: Parts, database: Database[dict[str, object]], holder: str, *,
                 at_once: int) -> None:
        self._parts, self._database, self._holder = parts, database, holder
        self._at_once = at_once
        self._stop = threading.Event()
        self._busy: dict[str, threading.Thread] = {}
        self._rests: dict[str, tuple[Rest, float]] = {}
        self._leases: dict[str, Lease] = {}
        self.healthy = False

    def run(self) -> None:
        """Until `stop`. Never raises: what the database refuses waits for the next round."""
        while not self._stop.is_set():
            try:
                self.look()
                self.healthy = True
            except PyMongoError as error:
                self.healthy = False
                log.warning("rounds wait: %s", error)
            self._stop.wait(EVERY)

    def stop(self, within: float) -> None:
        """No more calls; those on their way may end within the seconds. Then others begin."""
        self._stop.set()
        until = time.monotonic() + within
        for thread in list(self._busy.values()):
            thread.join(max(until - time.monotonic(), 0))
        for lease in self._leases.values():
            try:
                lease.release()
            except PyMongoError:
                return

    def look(self) -> None:
        """One round: a turn begins for each that has something to do, and nobody works on yet."""
        self._busy = {name: each for name, each in self._busy.items() if each.is_alive()}
        store = self._parts.store
        counts, ordered = store.feed.counts(), store.orders.names()
        webhooks = {each.name: each for each in store.webhooks.all()}
        for gone in self._leases.keys() - webhooks.keys():
            self._leases.pop(gone).release()
        for name, webhook in webhooks.items():
            held = self._lease(name).held()
            if (held and name not in self._busy and len(self._busy) < self._at_once
                    and self._is_due(webhook, counts, ordered)):
                self._begin(name)

    def _is_due(self, webhook: Webhook, counts: Mapping[str, int],
                ordered: Collection[str]) -> bool:
        rest, ended = self._rests.get(webhook.name, (None, 0.0))
        if rest is None or rest.again or webhook.name in ordered:
            return True
        if webhook.state == "paused":
            return False
        rested = time.monotonic() - ended
        if rested > LOOKED_AT_LEAST or (rested > APART and rest.is_news(counts)):
            return True
        return rest.until is not None and rest.until <= self._parts.clock()

    def _lease(self, name: str) -> Lease:
        if name not in self._leases:
            self._leases[name] = Lease(self._database, self._holder, what=f"webhook {name}",
                                       span=SPAN, every=BEAT)
        return self._leases[name]

    def _begin(self, name: str) -> None:
        thread = threading.Thread(target=self._turn, args=(name,), name=name, daemon=True)
        self._busy[name] = thread
        thread.start()

    def _turn(self, name: str) -> None:
        """Whatever goes wrong concerns this receiver alone, and is tried again."""
        rest = Rest()  # look again after a while
        try:
            rest = Turn(self._parts, name, stopped=self._stop.is_set).run()
        except LostTurn:
            log.info("%s: another process was quicker", name)
        except Exception:
            log.exception("%s: its turn broke off", name)
        self._rests[name] = (rest, time.monotonic())
