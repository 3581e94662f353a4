"""A listening socket under eventlet with limits on its connections and a drain at the end."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from logging import getLogger
from time import monotonic
from typing import Any

import eventlet
from eventlet import wsgi
from eventlet.event import Event
from eventlet.greenthread import GreenThread
from greenlet import GreenletExit

from kernel.web.limits import Limits
from kernel.web.protocol import BODY, HEAD, IDLE, STREAM, Connection, Faults, Protocol

log = getLogger(__name__)


class Listener:
    """Serves a WSGI application at `address`; port 0 takes a free one, `address` then tells it.

    Each connection has a greenlet of its own, so no caller waits for another one's socket.
    """

    def __init__(
        self,
        address: tuple[str, int],
        app: Any,
        limits: Limits | None = None,
        told: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._told = told  # how many connections are open, at each change
        self._limits = limits or Limits()
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = eventlet.listen(address, family, backlog=1024, reuse_port=False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self._server = _server(self._socket, app, self._limits)
        self._connections: set[Connection] = set()
        self._threads: list[GreenThread] = []
        self._drained: Event | None = None

    def start(self) -> None:
        """Returns at once; the socket takes connections already."""
        self._threads = [eventlet.spawn(self._accept), eventlet.spawn(self._watch)]

    def drain(self) -> None:
        """Takes nothing new, lets what is in hand be answered, then closes. Safe to repeat."""
        if self._drained is None:
            self._drained = Event()
            try:
                self._drain()
            finally:
                self._drained.send(None)
        else:
            self._drained.wait()

    def _drain(self) -> None:
        self._server.draining = True
        self._let_go()
        eventlet.sleep(self._limits.linger)
        self._threads[0].kill()
        self._take_last()
        end = monotonic() + self._limits.drain
        while self._connections and monotonic() < end:
            self._let_go()
            eventlet.sleep(0.02)
        for connection in list(self._connections):
            log.warning("a request was not answered in time: connection closed")
            connection.end()
        self._threads[1].kill()

    def _take_last(self) -> None:
        """Who is in the system's own line by now has been let in, so we serve them too."""
        self._socket.setblocking(False)
        with suppress(OSError):
            while True:
                self._take(*self._socket.accept())
        self._socket.close()

    def _let_go(self) -> None:
        """Viewers at once, for they wait for news; others when they had time to ask."""
        patience = {IDLE: self._limits.linger, HEAD: 1.0, BODY: 3.0}
        now = monotonic()
        for connection in list(self._connections):
            if connection.phase is STREAM:
                connection.end()
            elif now - connection.since > patience.get(connection.phase, float("inf")):
                connection.shut()

    def _accept(self) -> None:
        while True:
            try:
                sock, address = self._socket.accept()
            except OSError as exc:  # out of file descriptors, or the caller has gone again
                log.warning("connection not taken: %s", exc.strerror)
                eventlet.sleep(0.05)
                continue
            self._take(sock, address)

    def _take(self, sock: Any, address: Any) -> None:
        self._make_room()
        sock.settimeout(self._limits.idle)
        connection = Connection(address, sock)
        self._connections.add(connection)
        self._told(len(self._connections))
        connection.thread = eventlet.spawn(self._serve, connection)

    def _make_room(self) -> None:
        if len(self._connections) < self._limits.connections:
            return
        idle = [one for one in self._connections if one.phase in (IDLE, HEAD)]
        for connection in sorted(idle, key=lambda one: one.since)[:16]:
            connection.shut()

    def _serve(self, connection: Connection) -> None:
        try:
            if len(self._connections) > self._limits.connections + 64:
                return  # nobody idle could be sent away
            self._server.process_request(connection)
        except (OSError, GreenletExit, ValueError):
            pass  # the caller has gone, in the middle of a line maybe
        except Exception:
            log.exception("connection broke off")
        finally:
            self._connections.discard(connection)
            self._told(len(self._connections))
            connection[1].close()

    def _watch(self) -> None:
        """Once a second: who drips, or says nothing, for longer than the limits is sent away."""
        limits = {IDLE: self._limits.idle, HEAD: self._limits.head, BODY: self._limits.body}
        while True:
            eventlet.sleep(min(1.0, self._limits.idle / 2, self._limits.head / 2))
            now = monotonic()
            for connection in list(self._connections):
                if now - connection.since > limits.get(connection.phase, float("inf")):
                    connection.shut()


def _server(sock: Any, app: Any, limits: Limits) -> Any:
    server = wsgi.Server(
        sock, sock.getsockname(), app, protocol=Protocol, log_output=False, debug=False,
        keepalive=limits.idle, socket_timeout=limits.idle,
    )
    server.log = Faults()
    server.capitalize_response_headers = False  # ours are; doing it again costs each answer
    server.draining = False
    return server
