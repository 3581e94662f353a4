"""How often somebody tries within a time: moving windows in the memory of this process."""

from __future__ import annotations

from collections import deque
from math import ceil
from threading import Lock

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kernel.clock import Clock, system_clock

_SWEPT_AT = 10_000  # so many windows are looked through for those that have run out


class _Windows(MemoryStorage):
    """The library's windows on a clock that is passed in; what has run out is thrown away."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._tries: dict[str, tuple[int, deque[float]]] = {}
        self._lock = Lock()
        self._sweep_at = _SWEPT_AT

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = self._clock().timestamp()
        with self._lock:
            tries = self._of(key, expiry, now)
            if len(tries) + amount > limit:
                return False
            tries.extend([now] * amount)
            if len(self._tries) >= self._sweep_at:
                self._sweep(now)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = self._clock().timestamp()
        with self._lock:
            tries = self._of(key, expiry, now)
            return (tries[0], len(tries)) if tries else (now, 0)

    def clear(self, key: str) -> None:
        with self._lock:
            self._tries.pop(key, None)

    def _of(self, key: str, expiry: int, now: float) -> deque[float]:
        _, tries = self._tries.setdefault(key, (expiry, deque()))
        while tries and tries[0] <= now - expiry:
            tries.popleft()
        return tries

    def _sweep(self, now: float) -> None:
        kept = {key: (expiry, tries) for key, (expiry, tries) in self._tries.items()
                if tries and tries[-1] > now - expiry}
        self._tries = kept
        self._sweep_at = max(_SWEPT_AT, 2 * len(kept))


class Tries:
    """Counts tries by kind and by who: `most` within `seconds`, both given with each question.

    In memory and per process on purpose: several processes allow as many times more, a restart
    forgets, and nothing has to be asked of a database while it is busiest. Safe from threads.
    """

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._limiter = MovingWindowRateLimiter(_Windows(clock))

    def take(self, kind: str, who: str, *, most: int, seconds: int) -> int:
        """Counts a try and returns 0; when there were too many, counts nothing and returns in how
        many seconds the next one is taken."""
        item = RateLimitItemPerSecond(most, seconds)
        return 0 if self._limiter.hit(item, kind, who) else self._wait(item, kind, who)

    def wait(self, kind: str, who: str, *, most: int, seconds: int) -> int:
        """The same without counting."""
        item = RateLimitItemPerSecond(most, seconds)
        return 0 if self._limiter.test(item, kind, who) else self._wait(item, kind, who)

    def clear(self, kind: str, who: str, *, most: int, seconds: int) -> None:
        """Forgets what was counted."""
        self._limiter.clear(RateLimitItemPerSecond(most, seconds), kind, who)

    def _wait(self, item: RateLimitItemPerSecond, kind: str, who: str) -> int:
        reset_at = self._limiter.get_window_stats(item, kind, who).reset_time
        return max(1, ceil(reset_at - self._clock().timestamp()))
