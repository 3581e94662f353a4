"""Many subscribers in one lean process: each hears its queue, acknowledges by hundreds, and counts.

`python -m tests.bench.outsiders COUNT < uris`: a URI and a queue a line; says `listening`, and when
each of them has heard so many facts, `done`. A client library would take a core for itself here, so
once a queue is heard its socket is only searched for the ends of frames: each message has one body.
"""

from __future__ import annotations

import selectors
import struct
import sys
import time

from kernel.broker import open_connection

TOGETHER = 100
BEAT = 3.0  # seconds
_CHANNEL, _BODY, _END = 1, 3, b"\xce"
_BASIC_ACK = struct.Struct("!BHLHHQBc")
_HEAD = struct.Struct("!BHL")


class Hearing:
    """One connection and how much came over it."""

    def __init__(self, uri: str, queue: str, wanted: int) -> None:
        self.count, self._acknowledged, self._wanted = 0, 0, wanted
        self._connection = open_connection(uri)
        channel = self._connection.channel(_CHANNEL)
        channel.basic_qos(0, 4 * TOGETHER, False)
        self._left, self._came = b"", 0
        channel.basic_consume(queue, callback=self._first)
        self.sock = self._connection.transport.sock
        self.sock.settimeout(20)

    def take(self) -> None:
        """What the socket has now."""
        got = self.sock.recv(1 << 18)
        if not got:
            raise ConnectionError("the broker has ended the connection")
        self._read(self._left + got)
        new = self.count - self._acknowledged
        if new >= TOGETHER or (new and self.count >= self._wanted):
            self.sock.sendall(_BASIC_ACK.pack(1, _CHANNEL, 13, 60, 80, self.count, 1, _END))
            self._acknowledged = self.count

    def beat(self) -> None:
        self._connection.send_heartbeat()

    def _read(self, got: bytes) -> None:
        place, count = 0, 0
        while len(got) - place >= _HEAD.size:
            kind, _, size = _HEAD.unpack_from(got, place)
            if len(got) < place + _HEAD.size + size + 1:
                break
            place += _HEAD.size + size + 1
            count += kind == _BODY
        self._left, self.count = got[place:], self.count + count

    def _first(self, _: object) -> None:
        """Comes with the answer of the broker, before the socket is ours."""
        self.count += 1


def main(wanted: int) -> None:
    """Returns when all have heard enough."""
    waiting, beaten = selectors.DefaultSelector(), time.monotonic()
    all_of_them = []
    for line in sys.stdin:
        uri, queue = line.split()
        all_of_them.append(Hearing(uri, queue, wanted))
    for each in all_of_them:
        waiting.register(each.sock, selectors.EVENT_READ, each)
    print("listening", flush=True)
    while any(each.count < wanted for each in all_of_them):
        for key, _ in waiting.select(timeout=1.0):
            key.data.take()
        if time.monotonic() - beaten > BEAT:
            beaten = time.monotonic()
            for each in all_of_them:
                each.beat()
    print("done", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
