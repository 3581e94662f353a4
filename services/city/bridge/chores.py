"""What the bridge does beside the copying: it looks at queues, and the feed forgets what is old."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import amqp
from pymongo.errors import PyMongoError

from kernel import metrics
from services.city.bridge.lookout import Lookout
from services.city.host_settings import BridgeSettings
from services.city.store import Store

MEASURED_EVERY = 5.0  # seconds
LOOKED_EVERY = 15.0
TIDIED_EVERY = 3600.0
log = logging.getLogger(__name__)


class Chores:
    """Safe beside another bridge that does the same."""

    def __init__(self, settings: BridgeSettings, store: Store, *,
                 now: Callable[[], datetime]) -> None:
        self._kept = timedelta(days=settings.feed_days)
        self._store, self._now = store, now
        uri = settings.amqp_uri
        self._lookout = Lookout(uri, settings.of_city(uri), store, now=now)
        self._tidy_at = self._look_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Never raises: what database or broker refuse waits for the next
        time. Meant for a thread of its own, so that copying does not wait."""
        while not stop.is_set():
            try:
                self.measure()
                if time.monotonic() >= self._look_at:
                    self._look_at = time.monotonic() + LOOKED_EVERY
                    self._lookout.look()
                if time.monotonic() >= self._tidy_at:
                    self.tidy()
                    self._tidy_at = time.monotonic() + TIDIED_EVERY
            except (PyMongoError, OSError, amqp.AMQPError) as error:
                log.warning("chores wait: %s", error)
            stop.wait(MEASURED_EVERY)

    def measure(self) -> None:
        """How far the feed is."""
        metrics.gauge("xiangxin_feed_position", self._store.feed.last())

    def tidy(self) -> int:
        """Tell no more what is older than the feed keeps, and delete what was forgotten the time
        before; how many rows. Safe to repeat and to interrupt."""
        gone = self._store.feed.drop()
        self._store.feed.forget(self._now() - self._kept)
        return gone
