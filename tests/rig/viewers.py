"""Viewers of the live stream as plain sockets: many that read, and one that does not."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OPENED = b"}\n\n"  # the end of the first event, which is the snapshot


@dataclass(eq=False)
class Viewer:
    """One connection; `read` is the end of what it was told, `seen` when a text first came."""

    sock: socket.socket
    read: bytearray = field(default_factory=bytearray)
    seen: dict[bytes, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Viewers:
    """Those that read."""

    all: tuple[Viewer, ...]

    def pump(self, wanted: bytes, *, within: float, until: Callable[[], bool] | None = None) -> int:
        """Reads what comes until every one has seen the text (or `until` says so); how many have.

        Each one's moment of monotonic time is in its `seen`.
        """
        deadline, buffer = time.monotonic() + within, memoryview(bytearray(1 << 18))
        for viewer in self.all:
            _look(viewer, wanted, len(viewer.read))
        with selectors.DefaultSelector() as selector:
            for viewer in self.all:
                selector.register(viewer.sock, selectors.EVENT_READ, viewer)
            while time.monotonic() < deadline and not (until and until()):
                if all(wanted in viewer.seen for viewer in self.all):
                    break
                for key, _ in selector.select(timeout=0.05):
                    came = key.data.sock.recv_into(buffer)
                    key.data.read += buffer[:came]
                    _look(key.data, wanted, came)
        return sum(wanted in viewer.seen for viewer in self.all)


def _look(viewer: Viewer, wanted: bytes, came: int) -> None:
    """Looks for the text in what came last: hundreds of viewers must cost the machine little."""
    if wanted not in viewer.seen and viewer.read.find(wanted, -came - len(wanted)) >= 0:
        viewer.seen[wanted] = time.monotonic()
    del viewer.read[:-65_536]


@contextmanager
def open_viewers(address: str, count: int, *, stuck: int = 0) -> Iterator[Viewers]:
    """So many that have their snapshot, beside others (`stuck`) that asked for it and never read
    a byte of it."""
    connections = [_asked(address, small=number < stuck) for number in range(count + stuck)]
    viewers = Viewers(tuple(Viewer(sock) for sock in connections[stuck:]))
    try:
        assert viewers.pump(OPENED, within=60) == count
        yield viewers
    finally:
        for sock in connections:
            sock.close()


def _asked(address: str, *, small: bool) -> socket.socket:
    parts = urlsplit(address)
    sock = socket.socket()
    if small:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((parts.hostname, parts.port))
    sock.sendall(f"GET /live HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    return sock
