"""One HTTP connection: which phase it is in, since when, and how it is left."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from logging import getLogger
from time import monotonic
from typing import Any

from eventlet import Timeout
from eventlet.greenthread import GreenThread
from eventlet.wsgi import STATE_CLOSE, STATE_IDLE, HttpProtocol

from kernel.web.heads import BadHead, read_heads, read_line

log = getLogger(__name__)

_BAD = (
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
    "Content-Length: {length}\r\n\r\n{text}"
)
IDLE, HEAD, BODY, WORK, STREAM = "idle", "head", "body", "work", "stream"
_DISCARDED = 1 << 20  # bytes of a refused body that are read away so that the answer arrives


class Connection(list[Any]):
    """eventlet's `[address, socket, state]` with the phase that the limits are held against."""

    def __init__(self, address: Any, sock: socket.socket) -> None:
        super().__init__([address, sock, STATE_IDLE])
        self.phase = IDLE
        self.since = monotonic()
        self.thread: GreenThread | None = None

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__

    def enter(self, phase: str) -> None:
        """The clock of a phase starts when it is entered."""
        self.phase = phase
        self.since = monotonic()

    def shut(self) -> None:
        """Wakes whoever reads or writes on it; that greenlet then closes it."""
        self[2] = STATE_CLOSE
        with suppress(OSError):  # the other side may be faster
            self[1].shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Ends its greenlet, whatever it waits for."""
        if self.thread is not None:
            self.thread.kill()


class Protocol(HttpProtocol):
    """eventlet's protocol with phases, a drain, and answers that survive a refused body."""

    conn_state: Connection
    unread = False

    def handle(self) -> None:
        """Requests one after the other until either side has had enough."""
        self.close_connection = True
        while True:
            self.handle_one_request()
            if self.close_connection or self.server.draining or self.conn_state[2] == STATE_CLOSE:
                return
            self.conn_state[2] = STATE_IDLE
            self.conn_state.enter(IDLE)

    def _read_request_line(self) -> Any:
        line = super()._read_request_line()
        self.conn_state.enter(HEAD)
        return line

    def parse_request(self) -> bool:
        """Reads the head; False when it is none, which has been answered then."""
        try:
            self.command, self.path, self.request_version = read_line(self.raw_requestline)
            self.headers = read_heads(self.rfile)
        except BadHead as exc:
            text = f"bad request: {exc}\n"
            self.wfile.write(_BAD.format(length=len(text), text=text).encode())
            self.close_connection = True
            return False
        self.requestline = f"{self.command} {self.path}"
        wish = self.headers.get("connection", "").lower()
        self.close_connection = wish == "close" or (
            self.request_version == "HTTP/1.0" and wish != "keep-alive"
        )
        return True

    def get_environ(self) -> dict[str, Any]:
        """The WSGI environment, with the way back to this connection in it."""
        environ: dict[str, Any] = super().get_environ()
        environ["xiangxin.protocol"] = self
        if self.server.draining:
            self.close_connection = True
        self.conn_state.enter(WORK)
        return environ

    def leave_unread(self) -> None:
        """The body is refused: answer, then close, without reading it to its end."""
        self.unread = self.close_connection = True

    def finish(self) -> None:
        """Closes the connection; a refused body is read away first, else the answer is lost."""
        if self.unread:
            self._discard()
        super().finish()

    def _discard(self) -> None:
        left = _DISCARDED
        with suppress(OSError), Timeout(1.0, False):
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (read := self.connection.recv(65_536)):
                left -= len(read)


class Faults:
    """Where eventlet's server reports: a viewer who left is no fault, all else is logged once."""

    def debug(self, message: str, *args: Any) -> None:
        pass

    def info(self, message: str, *args: Any) -> None:
        if isinstance(sys.exc_info()[1], OSError):
            return
        log.error("answer broke off: %s", message)

    error = info
