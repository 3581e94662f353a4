"""How far subscribers are behind: what waits in the queue of each, and since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from amqp.exceptions import NotFound

from kernel import metrics
from kernel.broker import drop, open_connection
from services.city.bridge.copying import QUEUE
from services.city.domain.granting import granted
from services.city.domain.subscriber import Subscriber
from services.city.store import Store
from services.city.store.standings import Standing


class Lookout:
    """Looks at queues in two virtual hosts, ours and the city's, and at no message in them."""

    def __init__(self, ours: str, city: str, store: Store, *,
                 now: Callable[[], datetime]) -> None:
        self._ours, self._city, self._store, self._now = ours, city, store, now
        self._shown: set[str] = set()

    def look(self) -> None:
        """Set the gauges and keep what was seen, for the operators' page. Safe beside another that
        does the same. Raises OSError, amqp's and pymongo's errors."""
        metrics.gauge("xiangxin_bridge_waiting", _depths(self._ours, [QUEUE]).get(QUEUE, 0))
        subscribers = self._store.subscribers.all()
        depths = _depths(self._city, [one.queue for one in subscribers])
        for one in subscribers:
            self._keep(one, depths.get(one.queue, 0))
        self._forget({one.name for one in subscribers})

    def _keep(self, one: Subscriber, depth: int) -> None:
        now, oldest = self._now(), self._oldest(one, depth)
        behind = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        expected = behind if one.state == "active" else 0.0  # who is shut out alarms nobody
        metrics.gauge("xiangxin_subscriber_depth", depth, subscriber=one.name)
        metrics.gauge("xiangxin_subscriber_oldest_seconds", expected, subscriber=one.name)
        metrics.count("xiangxin_subscriber_dropped_total", 0, subscriber=one.name)  # it is there
        self._store.standings.keep(
            Standing(name=one.name, depth=depth, oldest_at=oldest, seen_at=now))

    def _oldest(self, one: Subscriber, depth: int) -> datetime | None:
        """When the oldest fact that waits was published: counted from the end of the feed. A queue
        that holds more than the feed knows is as old as the feed at least."""
        if depth == 0:
            return None
        keys, feed = granted(one.facts), self._store.feed
        position = feed.tallies.newest_but(depth - 1, keys) or feed.tallies.next(0, keys)
        found = feed.at(position) if position else None
        return found.published_at if found else self._now()

    def _forget(self, names: set[str]) -> None:
        """Who is gone waits for nothing."""
        for name in self._shown - names:
            metrics.gauge("xiangxin_subscriber_depth", 0, subscriber=name)
            metrics.gauge("xiangxin_subscriber_oldest_seconds", 0, subscriber=name)
        self._shown = names


def _depths(uri: str, queues: list[str]) -> dict[str, int]:
    """How many messages wait in each; what one holds in hand and did not acknowledge is not
    counted. Queues that are not there are left out."""
    if not queues:
        return {}
    found, connection = dict[str, int](), open_connection(uri)
    try:
        for queue in queues:
            try:
                declared = connection.channel().queue_declare(queue, passive=True)
            except NotFound:
                continue
            found[queue] = int(declared.message_count)
    finally:
        drop(connection)
    return found

