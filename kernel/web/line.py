"""The way to a caller whose answer has no end, for pieces that are the same for many of them.

The usual way of a piece (generator, WSGI, buffered file, green socket) costs some 140 µs of
processor; with hundreds of viewers that is most of the time until the last of them is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def framed(piece: bytes) -> bytes:
    """The piece as one chunk of HTTP/1.1's chunked coding (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)


class Line:
    """Writes past WSGI, between two pieces that the answer itself gives."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self.gone = False  # the caller is not there any more

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Line | None:
        """None where there is no socket, or where the answer is not sent in chunks."""
        protocol = environ.get("xiangxin.protocol")
        if protocol is None or protocol.request_version != "HTTP/1.1":
            return None
        return cls(protocol.connection)

    def offer(self, chunk: bytes) -> bytes | None:
        """Gives what fits into the socket now, without waiting; what is left of the chunk, None
        when nothing could be given. Never raises: see `gone`."""
        try:
            return chunk[self._sock.fd.send(chunk):]
        except BlockingIOError:
            return None
        except OSError:
            self.gone = True
            return None

    def give(self, rest: bytes) -> None:
        """Waits until the rest is gone; the caller may go meanwhile, or take nothing for as long
        as a caller may be idle. Never raises: see `gone`."""
        try:
            self._sock.sendall(rest)
        except OSError:
            self.gone = True
