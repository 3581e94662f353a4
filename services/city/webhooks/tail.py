"""The newest facts of the feed, read once for all receivers of a process.

Receivers that keep up ask for the same rows, each in its own second; rows never change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from itertools import islice, takewhile
from threading import Lock

from services.city.store.feed import Fed, Feed, Stretch

KEPT = 2_000  # positions; some ten MB


class Tail:
    """Answers as `Feed.after` does; who is further behind is answered by the feed. May be asked by
    several threads at once. Raises pymongo's errors."""

    def __init__(self, feed: Feed, *, kept: int = KEPT) -> None:
        self._feed, self._kept = feed, kept
        self._facts: deque[Fed] = deque(maxlen=kept)  # all from the first one to `_end`
        self._end = 0
        self._lock = Lock()

    def after(self, position: int, keys: Collection[str], *, limit: int) -> Stretch:
        first, last = self._feed.ends()
        position = max(position, first - 1)
        if last - position > self._kept:
            return self._feed.after(position, keys, limit=limit)
        with self._lock:
            self._read_on(position, last)
            begin = self._facts[0].position - 1 if self._facts else self._end
            new = list(takewhile(lambda each: each.position > position, reversed(self._facts)))
            end = self._end
        if position < begin:
            return self._feed.after(position, keys, limit=limit)
        found = list(islice((each for each in reversed(new) if each.key in keys), limit))
        reached = found[-1].position if len(found) == limit else max(position, end)
        return Stretch(facts=found, reached=reached, more=reached < end)

    def _read_on(self, position: int, last: int) -> None:
        """Up to the feed's end; what lies far before it and nobody asked for is left out."""
        if last - self._end > self._kept or not self._facts:
            self._facts.clear()
            self._end = position
        if last > self._end:
            self._facts.extend(self._feed.between(self._end, last))
            self._end = last
