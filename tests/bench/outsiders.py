"""Many subscribers in one lean process: each hears its queue, acknowledges by hundreds, and counts.

`python -m tests.bench.outsiders COUNT < uris`: a URI and a queue a line; says `listening`, and when
each of them has heard so many facts, `done`.
"""

from __future__ import annotations

import selectors
import sys
from contextlib import suppress

import amqp

from kernel.broker import open_connection

TOGETHER = 100


class Hearing:
    """One connection and how much came over it."""

    def __init__(self, uri: str, queue: str, wanted: int) -> None:
        self.count, self._acknowledged, self._wanted = 0, 0, wanted
        self._tag = 0
        self.connection = open_connection(uri)
        self._channel = self.connection.channel()
        self._channel.basic_qos(0, 4 * TOGETHER, False)
        self._channel.basic_consume(queue, callback=self._came)

    def take(self) -> None:
        """What the socket has now, but not more than some: others wait as well."""
        with suppress(TimeoutError):
            for _ in range(TOGETHER):
                self.connection.drain_events(timeout=0.001)
        new = self.count - self._acknowledged
        if new >= TOGETHER or (new and self.count >= self._wanted):
            self._channel.basic_ack(self._tag, multiple=True)  # not while the short wait holds
            self._acknowledged = self.count

    def _came(self, message: amqp.Message) -> None:
        self.count, self._tag = self.count + 1, message.delivery_tag


def main(wanted: int) -> None:
    """Returns when all have heard enough."""
    waiting = selectors.DefaultSelector()
    all_of_them = []
    for line in sys.stdin:
        uri, queue = line.split()
        all_of_them.append(Hearing(uri, queue, wanted))
    for each in all_of_them:
        waiting.register(each.connection.sock, selectors.EVENT_READ, each)
    print("listening", flush=True)
    while any(each.count < wanted for each in all_of_them):
        for key, _ in waiting.select(timeout=1.0):
            key.data.take()
        for each in all_of_them:
            each.connection.heartbeat_tick()
    print("done", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
