"""The line: one broker connection on which a queue is heard and its messages acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from amqp import spec

from kernel.broker import drop, open_connection
from kernel.consume.frames import Frames, Raw
from kernel.topology import Flow

TICK = 0.25  # seconds one read waits at most
MAIN, SUSPECTS = "main", "suspects"


class Line:
    """Delivers until it breaks; a broken line is dropped and a new one opened.

    `read` belongs to one thread; `ack` may be called from another. Whatever is not acknowledged
    when the line ends, the broker delivers again.
    """

    def __init__(self, uri: str, flow: Flow, *, prefetch: int) -> None:
        self._connection = open_connection(uri)
        try:
            self._channel = self._connection.channel()
            self._channel.basic_qos(0, prefetch, False)
            self._frames = Frames(self._connection, self._method)
            self._writing = threading.Lock()
            self._unsettled: dict[int, None] = {}  # delivery tags in the order they came
            self._connection.transport.sock.settimeout(TICK)
            self.ready = False
            self.broken = False
            self._unanswered = 0
            self._consumers = (MAIN,) if flow.ordered else (MAIN, SUSPECTS)
            self._ask(flow.queue, MAIN)
            if not flow.ordered:
                self.flush()  # suspects come one at a time: this counts for the next consumer
                self._ask(flow.suspects, SUSPECTS)
        except BaseException:
            drop(self._connection)
            raise

    def read(self) -> list[Raw]:
        """What has come, at most `TICK` seconds later; keeps the heartbeat.

        Raises OSError or amqp's errors when the line is broken or the broker ended the consumer.
        """
        try:
            got = self._frames.read()
        except TimeoutError:
            got = []
        with self._writing:
            self._unsettled.update((raw.tag, None) for raw in got)
            self._connection.heartbeat_tick()
        return got

    def ack(self, tags: Iterable[int]) -> None:
        """Tell the broker that these are settled, in one word where nothing older is open.

        Never raises: on a broken line the broker delivers them again.
        """
        with self._writing:
            mine = [tag for tag in tags if self._unsettled.pop(tag, 0) is None]
            if not mine or self.broken:
                return
            last = max(mine)
            try:
                if next(iter(self._unsettled), last + 1) > last:
                    self._channel.basic_ack(last, multiple=True)
                else:
                    for tag in mine:
                        self._channel.basic_ack(tag)
            except Exception:
                self.broken = True

    def hush(self) -> None:
        """Ask for no more deliveries."""
        with self._writing:
            for consumer in self._consumers:
                self._channel.send_method(spec.Basic.Cancel, "sb", (consumer, True))

    @property
    def flushed(self) -> bool:
        """Whether the broker has read everything that was sent before the last `flush`."""
        return self._unanswered == 0

    def flush(self) -> None:
        """Have the broker answer to something that comes after all acknowledgements.

        To close without may reset the connection while acknowledgements are still unread.
        """
        with self._writing:
            self._unanswered += 1
            self._channel.send_method(spec.Basic.Qos, "lBb", (0, 1, False))

    def end(self) -> None:
        """Drop the connection; safe to repeat."""
        self.broken, self.ready = True, False
        drop(self._connection)

    def _ask(self, queue: str, consumer: str) -> None:
        asked = (0, queue, consumer, *(False,) * 4, {})  # type: tuple[object, ...]
        self._channel.send_method(spec.Basic.Consume, "BssbbbbF", asked)

    def _method(self, method: tuple[int, int]) -> None:
        """Answers that py-amqp does not wait for."""
        if method == spec.Basic.ConsumeOk:
            self.ready = True
        elif method == spec.Basic.QosOk:
            self._unanswered -= 1
