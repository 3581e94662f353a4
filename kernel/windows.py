"""Moving windows in the memory of this process, as the package `limits` counts in them."""

from __future__ import annotations

from collections import deque
from threading import Lock

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kernel.clock import Clock

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


class Windows:
    """One window for each key and limit: at most so many within so many seconds."""

    def __init__(self, clock: Clock) -> None:
        self._limiter = MovingWindowRateLimiter(_Windows(clock))

    def hit(self, key: tuple[str, str], most: int, seconds: int) -> bool:
        """Whether there is room; if so, it is taken."""
        return self._limiter.hit(RateLimitItemPerSecond(most, seconds), *key)

    def test(self, key: tuple[str, str], most: int, seconds: int) -> bool:
        """Whether there is room."""
        return self._limiter.test(RateLimitItemPerSecond(most, seconds), *key)

    def free_at(self, key: tuple[str, str], most: int, seconds: int) -> float:
        """When the window lets go of its oldest, in seconds since 1970."""
        return self._limiter.get_window_stats(
            RateLimitItemPerSecond(most, seconds), *key).reset_time

    def forget(self, key: tuple[str, str], most: int, seconds: int) -> None:
        """Empties the window."""
        self._limiter.clear(RateLimitItemPerSecond(most, seconds), *key)
