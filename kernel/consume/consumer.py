"""A consumer: keeps a line to one queue and hands what comes to the desk, batch after batch."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from kernel import metrics
from kernel.clock import system_clock
from kernel.consume.batch import Heard, Work
from kernel.consume.desk import Desk
from kernel.consume.intake import Refused, Taken, taken
from kernel.consume.line import Line
from kernel.consume.move import move
from kernel.topology import RUNGS, Flow
from kernel.wire import Wire

log = logging.getLogger(__name__)

BATCHES_AHEAD = 3  # what the broker may send ahead of the work
LEAST_AHEAD = 20
BACK_OFF = (0.3, 5.0)  # seconds between attempts to open a line, shortest and longest
STOP_WITHIN = 8.0
FLUSH_WITHIN = 2.0


class Consumer:
    """Two threads: `run` reads the line and keeps its heartbeat, `work` lets the handler work.

    Neither raises. A broker or a queue that is not there (yet) is waited for. After `stop` the
    batch in hand is finished and acknowledged; what was not begun goes back to the broker.
    """

    def __init__(
        self,
        uri: str,
        flow: Flow,
        handler: Work,
        *,
        rungs: Sequence[float] = RUNGS,
        wire: Wire | None = None,
        now: Callable[[], datetime] = system_clock,
    ) -> None:
        self._uri, self._wire = uri, wire
        self._flow = flow
        self._now = now
        self._desk = Desk(flow, handler, move=partial(move, uri), now=now,
                          rungs=() if flow.ordered else rungs)
        self._changed = threading.Condition()
        self._waiting: deque[Taken] = deque()
        self._line: Line | None = None
        self._busy = False
        self._stopping = False
        self._over = threading.Event()

    @property
    def running(self) -> bool:
        """Whether the broker has accepted the consumer and the line stands."""
        line = self._line
        return line is not None and line.ready and not line.broken

    def run(self) -> None:
        """Hear until stopped; a broken line is dropped and a new one opened."""
        shortest, longest = BACK_OFF
        pause = shortest
        while not self._stopping:
            try:
                self._hear()
            except Exception as error:
                heard = self._line is not None and self._line.ready
                pause = shortest if heard else min(pause * 2, longest)
                log.warning("hearing %s: %s: %s", self._flow.queue, type(error).__name__, error)
            self._hang_up()
            self._wait(lambda: self._stopping, pause)
        self._over.set()

    def work(self) -> None:
        """Work on what is heard until stopped."""
        while (batch := self._next()) is not None:
            line, messages = batch
            try:
                self._handle(line, messages)
            except Exception:
                log.exception("the desk of %s failed: its messages go back", self._flow.queue)
                line.broken = True
            self._set_idle()

    def stop(self, within: float = STOP_WITHIN) -> None:
        """Finish what is in hand, acknowledge it, drop the line; all `within` so many seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if not self._over.wait(within):
            log.error("%s did not finish within %g s", self._flow.queue, within)
            self._hang_up()

    def _hear(self) -> None:
        ahead = max(self._flow.batch * BATCHES_AHEAD, LEAST_AHEAD)
        self._line = line = Line(self._uri, self._flow, prefetch=ahead)
        while not self._stopping:
            self._took(line, [taken(raw, self._wire) for raw in line.read()])
            time.sleep(0)  # a socket that is never empty must not keep the other greenlets waiting
        line.hush()
        while self._busy:
            line.read()
        self._say_goodbye(line)

    def _say_goodbye(self, line: Line) -> None:
        """Leave only when the broker has read the acknowledgements, or does not answer."""
        line.flush()
        until = time.monotonic() + FLUSH_WITHIN
        while not line.flushed and time.monotonic() < until:
            line.read()

    def _took(self, line: Line, messages: Sequence[Taken]) -> None:
        if line.broken:
            raise ConnectionResetError("the line broke while acknowledging")
        if messages:
            with self._changed:
                self._waiting.extend(messages)
                self._changed.notify_all()

    def _hang_up(self) -> None:
        line = self._line
        with self._changed:
            self._line = None
            self._waiting.clear()
            self._changed.notify_all()
        if line is not None:
            line.end()

    def _next(self) -> tuple[Line, list[Taken]] | None:
        with self._changed:
            while not self._stopping:
                if self._waiting and self._line is not None:
                    self._busy = True
                    return self._line, self._batch()
                self._changed.wait(1.0)
            return None

    def _batch(self) -> list[Taken]:
        """What waits, up to a batch; a message with which a consumer died shares with no other."""
        batch = [self._waiting.popleft()]
        while (
            self._waiting
            and len(batch) < self._desk.most
            and not (batch[0].alone or self._waiting[0].alone)
        ):
            batch.append(self._waiting.popleft())
        return batch

    def _set_idle(self) -> None:
        with self._changed:
            self._busy = False

    def _handle(self, line: Line, batch: Sequence[Taken]) -> None:
        hand = _Hand(self, line)
        refused = [one.message for one in batch if isinstance(one.message, Refused)]
        heard = [one.message for one in batch if isinstance(one.message, Heard)]
        if refused:
            self._desk.refuse(hand, refused)
        if heard:
            age = (self._now() - heard[0].envelope.time).total_seconds()
            metrics.observe("xiangxin_fact_age_seconds", max(age, 0.0), queue=self._flow.queue)
            self._desk.handle(hand, heard)

    def _wait(self, over: Callable[[], bool], seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(over, seconds)


class _Hand:
    """The messages in hand, as the desk sees them: acknowledged by the line that brought them."""

    def __init__(self, consumer: Consumer, line: Line) -> None:
        self._consumer = consumer
        self._line = line
        self.ack = line.ack

    @property
    def over(self) -> bool:
        return self._consumer._stopping or self._line.broken

    def wait(self, seconds: float) -> None:
        if seconds > 0:
            self._consumer._wait(lambda: self.over, seconds)
