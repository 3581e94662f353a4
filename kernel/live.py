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
from greenlet import GreenletExit
from werkzeug.wrappers import Response

from kernel import metrics
from kernel.group_commit import Overloaded
from kernel.web.call import Call
from kernel.web.line import Line, framed

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
        look: float = 0.04,
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
        self._framed: dict[int, bytes] = {}
        self._read_at = 0.0
        self._fresh = False
        self._seats: dict[_Seat, None] = {}  # whoever waits for something new, first come first
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
        only_head = call.environ.get("REQUEST_METHOD") == "HEAD"
        told = () if only_head else self.stream(last, Line.of(call.environ))
        return Response(told, mimetype="text/event-stream", headers=headers)

    def stream(self, last_event_id: str | None, line: Line | None = None) -> Iterator[bytes]:
        """Events without end: all tiles, or only those changed since `last_event_id`. Those that
        went by the line are not among them."""
        self._count(1)
        if not self._watched:
            self._watched = True
            eventlet.spawn(self._watch)
        try:
            seen = self._number_of(last_event_id)
            seat = _Seat(line, told=self._state)  # before each yield: that lasts
            yield _OPENING + (self._snapshot() if seen is None else self._since(seen))
            while True:
                self._sit(seat)
                (number, fresh), seat.told = seat.told, self._state
                changed = self._since(number)
                piece = changed if changed and fresh == self._fresh else changed + self._pulse()
                if seat.takes(framed(piece)):
                    seat.finish()
                    continue
                if seat.is_left:
                    raise GreenletExit  # an error costs 1 ms each, and hundreds may leave at once
                yield piece
        finally:
            self._count(-1)

    @property
    def _state(self) -> tuple[int, bool]:
        """What a viewer may have been told: the number of the last change, and whether it is so."""
        return self._number, self._fresh

    def _sit(self, seat: _Seat) -> None:
        """Until there is something for this viewer's own greenlet to tell, or time for a beat."""
        until = monotonic() + self._beat
        while (left := until - monotonic()) > 0 and not seat.is_left and seat.told == self._state:
            with eventlet.Timeout(left, False):
                self._seats[seat] = None
                try:
                    seat.woken.wait()
                finally:
                    self._seats.pop(seat, None)
                    seat.woken = Event()
            seat.finish()  # not within the time-out: half a piece would break all that follow

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
            self._encoded, self._framed = {}, {}
            self._changed |= dict.fromkeys(names, self._number)
            self._tiles |= dict.fromkeys(names) | {n: tiles[n] for n in names if n in tiles}
            self._wake()

    def _wake(self) -> None:
        """Tells all who wait: at once where the socket takes it, else by their own greenlets."""
        # who came meanwhile knows it already, and an empty chunk would end its answer
        for seat in [one for one in self._seats if one.told != self._state]:
            number, fresh = seat.told
            if fresh == self._fresh and seat.takes(self._framed_since(number)):
                seat.told = self._state
            else:
                seat.wake()

    def _framed_since(self, number: int) -> bytes:
        if number not in self._framed:
            self._framed[number] = framed(self._since(number))
        return self._framed[number]

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


class _Seat:
    """A viewer who waits: `told` is what it knows, `woken` calls its own greenlet, `rest` is what
    of a piece it could not take."""

    def __init__(self, line: Line | None, *, told: tuple[int, bool]) -> None:
        self.told = told
        self.woken = Event()
        self.rest = b""
        self._line = line

    def takes(self, chunk: bytes) -> bool:
        """Gives it the chunk; False when nothing of it was given. Its greenlet gives the rest."""
        rest = self._line.offer(chunk) if self._line and not self.rest else None
        if rest:
            self.rest = rest
            self.wake()
        return rest is not None

    def wake(self) -> None:
        if not self.woken.ready():
            self.woken.send(None)

    @property
    def is_left(self) -> bool:
        return self._line is not None and self._line.gone

    def finish(self) -> None:
        """Gives what it could not take; `is_left` when it takes nothing more."""
        rest, self.rest = self.rest, b""
        if rest and self._line:
            self._line.give(rest)


def _event(name: str, content: Any, number: str | None = None) -> bytes:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n".encode()
