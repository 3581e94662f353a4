"""Live figures by server-sent events: a snapshot, then changed tiles only, resumable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from logging import getLogger
from time import monotonic
from typing import Any, ClassVar
from uuid import uuid4

import eventlet
from eventlet.event import Event
from werkzeug.wrappers import Response

from kernel import metrics
from kernel.group_commit import Overloaded
from kernel.web.call import Call

log = getLogger(__name__)

_OPENING = b"retry: 2000\n\n"


class Live:
    """What viewers see: `read()` gives all tiles (name to JSON-able value), `version()` is cheap
    and changes whenever they may have.

    One greenlet asks for the version every `look` seconds while somebody looks; tiles are read
    only when it changed, and `every` seconds after the last time at the earliest, so a change in
    a quiet time is told at once and a flood of them four times a second. What is told is encoded
    once for all who stand at the same place. A viewer has no queue: when it can take more it gets
    the newest value of each tile it has not seen, so a slow one skips values and delays nobody;
    one that takes nothing is left by its socket's time-out. A `beat` event every `beat` seconds
    says whether the figures are fresh.
    """

    connected: ClassVar[int] = 0  # viewers of all streams of this process

    def __init__(
        self,
        read: Callable[[], Mapping[str, Any]],
        version: Callable[[], int | str],
        *,
        every: float = 0.25,
        look: float = 0.1,
        beat: float = 10.0,
        most: int = 1_000,
    ) -> None:
        self._read, self._version = read, version
        self._every, self._look_every = every, min(look, every)
        self._beat, self._most = beat, most
        self._run = uuid4().hex[:8]  # ids of another process mean nothing here
        self._number = 0
        self._seen_version: int | str | None = None
        self._tiles: dict[str, Any] = {}
        self._changed: dict[str, int] = {}
        self._encoded: dict[int | None, bytes] = {}  # by what a viewer has seen; None: nothing
        self._read_at = 0.0
        self._fresh = False
        self._tick = Event()
        self._watched = False
        self.viewers = 0

    def response(self, call: Call) -> Response:
        """The answer of a door. Raises what `read` raises, or Overloaded above `most` viewers."""
        if self.viewers >= self._most:
            raise Overloaded("too many viewers")
        if not self._watched:
            self._look()
        last = call.environ.get("HTTP_LAST_EVENT_ID")
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return Response(self.stream(last), mimetype="text/event-stream", headers=headers)

    def stream(self, last_event_id: str | None) -> Iterator[bytes]:
        """Events without end: all tiles, or only those changed since `last_event_id`."""
        self._count(1)
        if not self._watched:
            self._watched = True
            eventlet.spawn(self._watch)
        try:
            seen = self._number_of(last_event_id)
            told = self._number, self._fresh  # before each yield: it lasts as long as the viewer
            yield _OPENING + (self._snapshot() if seen is None else self._since(seen))
            while True:
                with eventlet.Timeout(self._beat, False):
                    if told == (self._number, self._fresh):
                        self._tick.wait()
                (number, fresh), told = told, (self._number, self._fresh)
                changed = self._since(number)
                yield changed if changed and fresh == self._fresh else changed + self._pulse()
        finally:
            self._count(-1)

    def _count(self, by: int) -> None:
        self.viewers += by
        Live.connected += by
        metrics.gauge("xiangxin_viewers", Live.connected)

    def _watch(self) -> None:
        try:
            while True:
                since = monotonic() - self._read_at
                eventlet.sleep(max(self._look_every, self._every - since))
                if not self.viewers:
                    return
                self._try()
        finally:
            self._watched = False

    def _try(self) -> None:
        try:
            self._look()
        except Exception as exc:
            if self._fresh:
                log.warning("live figures are not fresh: %s", type(exc).__name__)
                self._fresh = False
                self._wake()

    def _look(self) -> None:
        version = self._version()
        was_fresh, self._fresh = self._fresh, True
        if version != self._seen_version:
            self._read_at = monotonic()
            tiles = dict(self._read())
            self._seen_version = version
            self._take(tiles)
        if not was_fresh:
            self._wake()

    def _take(self, tiles: dict[str, Any]) -> None:
        names = [name for name in tiles.keys() | self._tiles.keys()
                 if name not in self._tiles or tiles.get(name) != self._tiles[name]]
        if names:
            self._number += 1
            self._encoded = {}
            self._changed |= dict.fromkeys(names, self._number)
            self._tiles |= dict.fromkeys(names) | {n: tiles[n] for n in names if n in tiles}
            self._wake()

    def _wake(self) -> None:
        tick, self._tick = self._tick, Event()
        tick.send(None)

    def _number_of(self, last_event_id: str | None) -> int | None:
        run, _, number = (last_event_id or "").partition("-")
        if run != self._run or not (number.isascii() and number.isdigit()):
            return None
        return int(number) if int(number) <= self._number else None

    def _snapshot(self) -> bytes:
        if None not in self._encoded:
            self._encoded[None] = _event("snapshot", self._tiles, self._id())
        return self._encoded[None]

    def _since(self, number: int) -> bytes:
        if number not in self._encoded:
            self._encoded[number] = self._changes(number)
        return self._encoded[number]

    def _changes(self, number: int) -> bytes:
        """Only the last event has the id: whoever is cut off before it gets them all again."""
        names = sorted(name for name, at in self._changed.items() if at > number)
        events = [_event("tile", {"tile": name, "value": self._tiles[name]}) for name in names[:-1]]
        for name in names[-1:]:
            events.append(_event("tile", {"tile": name, "value": self._tiles[name]}, self._id()))
        return b"".join(events)

    def _pulse(self) -> bytes:
        return _event("beat", {"fresh": self._fresh})

    def _id(self) -> str:
        return f"{self._run}-{self._number}"


def _event(name: str, content: Any, number: str | None = None) -> bytes:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n".encode()
