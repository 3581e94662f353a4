"""How often one address may be wrong at signing in; a seam for whatever counts across processes."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol


class Tries(Protocol):
    """Counts faults by address."""

    def wait(self, address: str, now: datetime) -> int:
        """Seconds until this address may try again; 0 when it may now."""

    def fault(self, address: str, now: datetime) -> None:
        """This address was wrong once more."""

    def clear(self, address: str) -> None:
        """This address was right: what was counted is forgotten."""


class MemoryTries:
    """So many faults in a window, in this process only; the addresses longest silent go first."""

    def __init__(self, *, most: int = 10, window: timedelta = timedelta(minutes=10),
                 addresses: int = 10_000) -> None:
        self._most, self._window, self._addresses = most, window, addresses
        self._lock = Lock()
        self._faults: OrderedDict[str, list[datetime]] = OrderedDict()

    def wait(self, address: str, now: datetime) -> int:
        with self._lock:
            recent = self._recent(address, now)
            if len(recent) < self._most:
                return 0
            return int((recent[-self._most] + self._window - now).total_seconds()) + 1

    def fault(self, address: str, now: datetime) -> None:
        with self._lock:
            self._faults[address] = [*self._recent(address, now), now][-self._most:]
            self._faults.move_to_end(address)
            while len(self._faults) > self._addresses:
                self._faults.popitem(last=False)

    def clear(self, address: str) -> None:
        with self._lock:
            self._faults.pop(address, None)

    def _recent(self, address: str, now: datetime) -> list[datetime]:
        since = now - self._window
        return [at for at in self._faults.get(address, ()) if at > since]
