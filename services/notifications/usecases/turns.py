"""How many calls a second a provider gets from all workers together (N-17).

Moments for calls are taken from one document per provider, some at a time, so that a call rarely
costs a write; each is used once and no sooner. A library that counts hits in a shared store would
write once per call, and could only refuse, not say when.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from math import ceil
from threading import Lock

from kernel.clock import Clock, system_clock
from kernel.mongo import Unavailable
from services.notifications.store.routes import RouteBook

AHEAD = timedelta(seconds=2)  # messages that would wait longer for their turn stay in their lanes
AT_ONCE = 0.25  # seconds whose moments one worker takes with one write
STALE = 0.1  # seconds after which a moment that nobody used is lost
FORGOTTEN = 10.0  # seconds until a message that was admitted and never called counts no more


class Turns:
    """`rates` are calls per second by provider; the others are not held back. Safe from threads.

    While the database is away each worker keeps the rate by itself.
    """

    def __init__(self, book: RouteBook, rates: Mapping[str, float], *, clock: Clock = system_clock,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._book, self._rates, self._clock, self._sleep = book, rates, clock, sleep
        self._moments: dict[str, deque[float]] = defaultdict(deque)
        self._admitted: dict[str, deque[float]] = defaultdict(deque)
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def admits(self, name: str) -> bool:
        """Whether one more message would get its turn soon; if so, it is expected."""
        rate = self._rates.get(name)
        if rate is None:
            return True
        now = self._clock().timestamp()
        with self._lock:
            admitted = self._admitted[name]
            while admitted and admitted[0] < now - FORGOTTEN:
                admitted.popleft()
            waiting = max(0.0, self._until.get(name, now) - now) + len(admitted) / rate
            if waiting > AHEAD.total_seconds():
                return False
            admitted.append(now)
            return True

    def wait(self, name: str) -> None:
        """Blocks until the next moment for a call."""
        rate = self._rates.get(name)
        if rate is None:
            return
        with self._lock:
            if self._admitted[name]:
                self._admitted[name].popleft()
            moment = self._moment(name, rate)
        if (pause := moment - self._clock().timestamp()) > 0:
            self._sleep(pause)

    def _moment(self, name: str, rate: float) -> float:
        moments, now = self._moments[name], self._clock().timestamp()
        while moments and moments[0] < now - STALE:
            moments.popleft()
        if not moments:
            count = max(1, ceil(rate * AT_ONCE))
            try:
                first = self._book.reserve(name, now, count / rate)
            except Unavailable:
                first = max(now, self._until.get(name, now))
            moments.extend(first + place / rate for place in range(count))
            self._until[name] = first + count / rate
        return moments.popleft()
