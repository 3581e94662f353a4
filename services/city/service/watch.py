"""Who waits for the feed to go on: one look at the database for all of them."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from logging import getLogger
from time import monotonic
from typing import Any

import eventlet
from eventlet.event import Event
from eventlet.semaphore import Semaphore

from kernel import metrics
from kernel.group_commit import Overloaded
from services.city.domain.broken import TooManyWaiting
from services.city.store.feed import Feed
from services.city.usecases.replaying import Page, page

log = getLogger(__name__)
LOOK = 0.1  # seconds


class Place:
    """One waiting request: `name` is the subscriber's, `gone` once its caller has left."""

    def __init__(self, name: str, environ: Mapping[str, Any]) -> None:
        self.name = name
        self.gone = False
        self.keys: frozenset[str] = frozenset()
        self.woken = Event()
        self._protocol = environ.get("xiangxin.protocol")

    @property
    def is_draining(self) -> bool:
        """Whether the process was told to stop: then whoever waits is answered."""
        return self._protocol is not None and bool(self._protocol.server.draining)

    def look(self) -> None:
        """Sees whether the caller is still there. Never raises, never waits."""
        if self._protocol is None:
            return
        try:
            flags = socket.MSG_PEEK | socket.MSG_DONTWAIT
            self.gone = self._protocol.connection.fd.recv(1, flags) == b""
        except BlockingIOError:
            pass  # there, and silent
        except OSError:
            self.gone = True

    def wake(self, for_news: bool) -> None:
        if not self.woken.ready():
            self.woken.send(for_news)


class Watch:
    """Places for at most `most` waiting requests. Everything in greenlets of one thread.

    While somebody waits, one greenlet asks for the latest position ten times a second; where it
    moved, the keys of what is new are read once, and only who waits for one of them is woken.
    """

    def __init__(self, feed: Feed, *, most: int = 1_000) -> None:
        self._feed, self._most = feed, most
        self._places: set[Place] = set()
        self._seen = 0
        self._watched = False
        self._turn = Semaphore()
        self._pages: dict[tuple[int, frozenset[str], int], Page] = {}
        self._paged = 0

    def take(self, name: str, environ: Mapping[str, Any], *, most: int) -> Place:
        """A place to be given back with `leave`. Raises TooManyWaiting above `most` of one
        subscriber, Overloaded when all are taken."""
        if sum(place.name == name for place in self._places) >= most:
            raise TooManyWaiting(most)
        if len(self._places) >= self._most:
            raise Overloaded("too many wait for the feed")
        place = Place(name, environ)
        self._places.add(place)
        self._tell()
        return place

    def leave(self, place: Place) -> None:
        """Safe to repeat."""
        self._places.discard(place)
        self._tell()

    def wait(self, place: Place, keys: frozenset[str], *, behind: int, until: float) -> bool:
        """Whether one of these facts may have come behind the position; False when the process is
        to stop, the caller has gone, or it is late."""
        if not self._watched:
            self._watched, self._seen = True, behind
            eventlet.spawn(self._watch)
        elif behind < self._seen:
            return True  # something came between the caller's look and this one
        place.keys, place.woken = keys, Event()
        with eventlet.Timeout(max(0.0, until - monotonic()), False):
            return bool(place.woken.wait())
        return False

    def page(self, position: int, keys: frozenset[str], *, limit: int) -> Page:
        """What came behind the position: read once for all who were woken at the same place."""
        asked = (position, keys, limit)
        with self._turn:
            if self._paged != self._seen:
                self._pages, self._paged = {}, self._seen
            if asked not in self._pages:
                self._pages[asked] = page(self._feed, position, keys, limit=limit)
            return self._pages[asked]

    def _watch(self) -> None:
        try:
            while self._places:
                eventlet.sleep(LOOK)
                self._try()
        finally:
            self._watched, self._pages = False, {}

    def _try(self) -> None:
        for place in self._places:
            place.look()
        try:
            new = self._news()
        except Exception as away:
            log.warning("the feed cannot be looked at: %s", type(away).__name__)
            new = frozenset()
        for place in self._places:
            if place.keys & new:
                place.wake(True)
            elif place.gone or place.is_draining:
                place.wake(False)

    def _news(self) -> frozenset[str]:
        """The keys of what came since the last look."""
        last = self._feed.last()
        if last == self._seen:
            return frozenset()
        new = self._feed.tallies.keys_behind(self._seen)
        self._seen = last
        return new

    def _tell(self) -> None:
        metrics.gauge("xiangxin_feed_waiting", len(self._places))
