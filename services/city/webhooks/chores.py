"""What the caller does beside the calls: numbers of each receiver, and old calls forgotten."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from typing import get_args

from pymongo.errors import PyMongoError

from kernel import metrics
from kernel.clock import Clock
from services.city.domain.granting import granted
from services.city.domain.line import Line
from services.city.domain.webhook import Outcome
from services.city.store import Store
from services.city.store.feed import Fed
from services.city.webhook_settings import WebhookSettings

MEASURED_EVERY = 10.0  # seconds
TIDIED_EVERY = 3600.0
RATIO_OF = timedelta(hours=1)
PING_LASTS = timedelta(minutes=10)
FAILURES, BEHIND = "xiangxin_webhook_failure_ratio", "xiangxin_webhook_behind"
OLDEST, PAUSED = "xiangxin_webhook_oldest_seconds", "xiangxin_webhook_paused"
LAST_CALL = "xiangxin_webhook_last_call_timestamp_seconds"
NUMBERS = (FAILURES, BEHIND, OLDEST, PAUSED, LAST_CALL)
log = logging.getLogger(__name__)


class Chores:
    """Every process measures all receivers from the database, so all of them say the same."""

    def __init__(self, settings: WebhookSettings, store: Store, *, clock: Clock) -> None:
        self._days, self._most = settings.webhook_calls_days, settings.webhook_calls_kept
        self._store, self._clock = store, clock
        self._tidy_at = 0.0
        self._known: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Never raises: what the database refuses waits for the next time."""
        while not stop.is_set():
            try:
                self.measure()
                if time.monotonic() >= self._tidy_at:
                    self.tidy()
                    self._tidy_at = time.monotonic() + TIDIED_EVERY
            except PyMongoError as error:
                log.warning("chores wait: %s", error)
            stop.wait(MEASURED_EVERY)

    def measure(self) -> None:
        """How each receiver stands; one that is gone stands at nothing."""
        found = {each.name: each for each in self._store.webhooks.all()}
        for name, webhook in found.items():
            _tell(name, {**self._numbers(name), PAUSED: float(webhook.state == "paused")})
        for gone in self._known - found.keys():
            _tell(gone, dict.fromkeys(NUMBERS, 0.0))
        self._known = set(found)

    def tidy(self) -> None:
        """Safe to repeat and to interrupt."""
        before = self._clock() - timedelta(days=self._days)
        while self._store.calls.forget(before):
            pass
        for webhook in self._store.webhooks.all():
            self._store.calls.forget_beyond(webhook.name, self._most)
            self._store.calls.forget_counts(webhook.name, self._clock())
        self._store.orders.forget_pings(self._clock() - PING_LASTS)

    def _numbers(self, name: str) -> dict[str, float]:
        kept, now = self._store.lines.of(name), self._clock()
        subscriber = self._store.subscribers.of(name)
        counts = self._store.calls.counts(name, now - RATIO_OF)
        numbers = {FAILURES: counts.ratio,
                   LAST_CALL: counts.last_at.timestamp() if counts.last_at else 0.0}
        if kept is None or subscriber is None:
            return {**numbers, BEHIND: 0.0, OLDEST: 0.0}
        keys = granted(subscriber.facts)
        behind = self._store.feed.tallies.behind(kept.line.cursor, keys) + len(kept.line.waiting)
        oldest = _oldest(self._store, kept.line, keys)
        age = (now - oldest.published_at).total_seconds() if oldest else 0.0
        return {**numbers, BEHIND: float(behind), OLDEST: max(age, 0.0)}


def _oldest(store: Store, line: Line, keys: tuple[str, ...]) -> Fed | None:
    if line.waiting:
        return store.feed.at(min(line.waiting))
    position = store.feed.tallies.next(line.cursor, keys)
    return store.feed.at(position) if position else None


def _tell(name: str, numbers: dict[str, float]) -> None:
    for outcome in get_args(Outcome):  # from 0, so that the first one counts as one more
        metrics.count("xiangxin_webhook_calls_total", 0, subscriber=name, outcome=outcome)
    for number, value in numbers.items():
        metrics.gauge(number, value, subscriber=name)

