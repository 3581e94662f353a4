"""Housekeeping: beside the carrying, once an hour, the inbox forgets what cannot come again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from kernel import metrics
from kernel.clock import system_clock
from kernel.inbox import Inbox

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds


class Housekeeping:
    """Keeps one service's inbox from growing for ever. Needs no lease: two at once do no harm."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        service: str,
        clock: Callable[[], datetime] = system_clock,
        every: float = EVERY,
    ) -> None:
        self._inbox = Inbox(database)
        self._service = service
        self._clock = clock
        self._every = every

    def run(self, stop: threading.Event) -> None:
        """Tidy now and every hour until `stop` is set. Never raises: what the database refuses
        waits for the next hour. Meant for a thread of its own, so that carrying does not wait."""
        while not stop.is_set():
            try:
                self.tidy()
            except PyMongoError as error:
                log.warning("%s: tidied later: %s", self._service, error)
            stop.wait(self._every)

    def tidy(self) -> int:
        """Drop the inbox's old rows; how many. Raises pymongo's errors; safe to repeat."""
        gone = self._inbox.forget(self._clock())
        metrics.count("xiangxin_inbox_forgotten_total", gone, service=self._service)
        if gone:
            log.info("%s: the inbox forgot %d facts heard long ago", self._service, gone)
        return gone
