"""Rows kept in memory while they change, so that each is written seldom."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

V = TypeVar("V")
Read = Callable[[Iterable[str]], Mapping[str, V]]
Write = Callable[[Mapping[str, V], Container[str]], None]


class Ahead(Generic[V]):
    """The rows of one collection, those that changed last in memory, up to `most` of them.

    The same rows change in chunk after chunk, and to find one again and replace it costs the
    database several times what a new one does. `weigh` says for how many a row counts; `read` gives
    those of the keys that are written, `write` is given rows and which of them are written already,
    at most `at_once` of them.
    """

    def __init__(self, read: Read[V], write: Write[V], *, most: int, at_once: int,
                 weigh: Callable[[V], int] = lambda _: 1) -> None:
        self._read, self._write, self._weigh = read, write, weigh
        self._most, self._at_once = most, at_once
        self._rows: dict[str, V] = {}  # those that did not change for longest first
        self._unwritten: set[str] = set()
        self._written: set[str] = set()

    def known(self, keys: Iterable[str]) -> dict[str, V]:
        """Those of the keys that there are."""
        found, missing = {}, []
        for key in keys:
            if key in self._rows:
                found[key] = self._rows[key]
            else:
                missing.append(key)
        read = self._read(missing) if missing else {}
        self._rows |= read
        self._written |= read.keys()
        return {**found, **read}

    def take(self, changed: Mapping[str, V]) -> None:
        """Rows that are new or changed; `known` was asked for them before."""
        for key, row in changed.items():
            self._rows.pop(key, None)
            self._rows[key] = row
        self._unwritten |= changed.keys()
        self._make_room()

    def write(self) -> None:
        """Everything that is not written yet; it stays known."""
        for rows in self._slices(self._unwritten):
            self._write(rows, self._written)
            self._written |= rows.keys()
            self._unwritten -= rows.keys()

    def _make_room(self) -> None:
        """The rows that did not change for longest leave."""
        over = sum(map(self._weigh, self._rows.values())) - self._most
        leaving = []
        for key, row in self._rows.items():
            if over <= 0:
                break
            over -= self._weigh(row)
            leaving.append(key)
        for rows in self._slices(key for key in leaving if key in self._unwritten):
            self._write(rows, self._written)
        for key in leaving:
            del self._rows[key]
        self._unwritten -= set(leaving)
        self._written -= set(leaving)

    def _slices(self, keys: Iterable[str]) -> Iterator[dict[str, V]]:
        rows: dict[str, V] = {}
        weight = 0
        for key in list(keys):
            rows[key] = self._rows[key]
            weight += self._weigh(rows[key])
            if weight >= self._at_once:
                yield rows
                rows, weight = {}, 0
        if rows:
            yield rows
