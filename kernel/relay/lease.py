"""The lease: one relay works on an outbox at a time, so that replicas do not send everything twice;
and whoever else is to work alone (`what`).

Nothing rests on it: two relays at once only make duplicates, which consumers absorb. Time is each
relay's own monotonic clock, never compared between machines: a lease is given up for lost when its
beat did not change for `SPAN` seconds of watching.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

LEASES = "leases"
SPAN = 5.0
EVERY = 1.0  # seconds between two beats, or between two looks at another's

_RELAY = "relay"


class Held(Protocol):
    """What a relay asks of a lease. Methods may raise pymongo's errors."""

    def held(self) -> bool:
        """Whether this relay is to work."""

    def release(self) -> None:
        """Let another relay begin at once."""


class Lease:
    """This relay's hold on an outbox, or a process's on `what`. Methods may raise pymongo's
    errors. `every` is seconds between two looks."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        holder: str,
        *,
        what: str = _RELAY,
        span: float = SPAN,
        every: float = EVERY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._leases = database[LEASES]
        self._holder = holder
        self._what, self._span, self._every = what, span, every
        self._now = monotonic
        self._next_look = float("-inf")
        self._held = False
        self._seen: tuple[str, int] | None = None
        self._seen_at = 0.0

    def held(self) -> bool:
        """Whether this relay is to work; asks the database at most once in `every` seconds."""
        if self._now() >= self._next_look:
            self._held = self._beat() or self._take()
            self._next_look = self._now() + self._every
        return self._held

    def release(self) -> None:
        """Let another relay begin at once."""
        self._held = False
        self._leases.delete_one({"_id": self._what, "holder": self._holder})

    def _beat(self) -> bool:
        mine = {"_id": self._what, "holder": self._holder}
        return self._leases.update_one(mine, {"$inc": {"beat": 1}}).matched_count == 1

    def _take(self) -> bool:
        found = self._leases.find_one({"_id": self._what})
        if found is None:
            return self._first()
        seen = (found["holder"], found["beat"])
        if seen != self._seen:
            self._seen, self._seen_at = seen, self._now()
            return False
        if self._now() - self._seen_at < self._span:
            return False
        silent = {"_id": self._what, "holder": seen[0], "beat": seen[1]}
        change = {"$set": {"holder": self._holder, "beat": 0}}
        return self._leases.update_one(silent, change).modified_count == 1

    def _first(self) -> bool:
        try:
            self._leases.insert_one({"_id": self._what, "holder": self._holder, "beat": 0})
        except DuplicateKeyError:
            return False
        return True
