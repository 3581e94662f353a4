"""What this process and all others counted of calls, by provider and ten seconds (N-9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock

from kernel.clock import new_id
from kernel.mongo import Unavailable
from services.notifications.domain.routing import Tally
from services.notifications.store.routes import RouteBook

BUCKET = 10  # seconds


class Counts:
    """Counted in memory, written down when told to. Safe from threads.

    What a process had not written yet when it was killed is lost: about a second of counts.
    """

    def __init__(self, book: RouteBook) -> None:
        self._book, self._worker = book, new_id()
        self._own: dict[tuple[str, datetime], Tally] = {}
        self._shared: Mapping[str, Tally] = {}
        self._lock = Lock()

    def add(self, name: str, at: datetime, tally: Tally) -> None:
        """Counts what happened then."""
        bucket = datetime.fromtimestamp(at.timestamp() // BUCKET * BUCKET, UTC)
        with self._lock:
            self._own[name, bucket] = self._own.get((name, bucket), Tally()) + tally

    def write(self) -> None:
        """Writes down what is new. Raises Unavailable, and then forgets nothing."""
        with self._lock:
            counted, self._own = self._own, {}
        try:
            self._book.count(counted, self._worker)
        except Unavailable:
            for (name, at), tally in counted.items():
                self.add(name, at, tally)
            raise

    def read(self, since: Mapping[str, datetime], until: datetime) -> None:
        """Sees what all processes wrote of each provider since its moment. Raises Unavailable."""
        self._shared = self._book.tallies(since, until)

    def of(self, name: str, since: datetime) -> Tally:
        """What was counted of a provider: by all as last read, and by us since."""
        with self._lock:
            own = [tally for (counted, at), tally in self._own.items()
                   if counted == name and at >= since]
        return sum(own, self._shared.get(name, Tally()))
