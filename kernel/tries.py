"""How often somebody tries within a time: moving windows in the memory of this process."""

from __future__ import annotations

from math import ceil
from threading import Lock
from typing import TYPE_CHECKING

from kernel.clock import Clock, system_clock

if TYPE_CHECKING:
    from kernel.windows import Windows


class Tries:
    """Counts tries by kind and by who: `most` within `seconds`, both given with each question.

    In memory and per process on purpose: several processes allow as many times more, a restart
    forgets, and nothing has to be asked of a database while it is busiest. Safe from threads.
    """

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._opened: Windows | None = None

    def take(self, kind: str, who: str, *, most: int, seconds: int) -> int:
        """Counts a try and returns 0; when there were too many, counts nothing and returns in how
        many seconds the next one is taken."""
        windows = self._windows()
        taken = windows.hit((kind, who), most, seconds)
        return 0 if taken else self._wait(windows.free_at((kind, who), most, seconds))

    def wait(self, kind: str, who: str, *, most: int, seconds: int) -> int:
        """The same without counting."""
        windows = self._windows()
        free = windows.test((kind, who), most, seconds)
        return 0 if free else self._wait(windows.free_at((kind, who), most, seconds))

    def clear(self, kind: str, who: str, *, most: int, seconds: int) -> None:
        """Forgets what was counted."""
        self._windows().forget((kind, who), most, seconds)

    def _windows(self) -> Windows:
        """Made for the first try: a process that never counts one does not import the library."""
        with self._lock:
            if self._opened is None:
                from kernel.windows import Windows

                self._opened = Windows(self._clock)
            return self._opened

    def _wait(self, free_at: float) -> int:
        return max(1, ceil(free_at - self._clock().timestamp()))
