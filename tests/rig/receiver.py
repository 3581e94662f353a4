"""A receiver of webhooks on loopback that keeps what came, and answers as badly as a test wants."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Came:
    """One call."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def fact(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What a receiver does with a call: `after` seconds it answers, byte by byte every `drip`
    seconds where that is not 0; or it resets the connection."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    after: float = 0.0
    drip: float = 0.0
    resets: bool = False


OK = Doing()
Does = Callable[[Came], Doing]


class Receiver:
    """`does` may be changed while it runs; `came` are all calls in order, `took` those answered
    with success."""

    def __init__(self, does: Does = lambda _: OK) -> None:
        self.does = does
        self.came: list[Came] = []
        self.took: list[Came] = []
        self._over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer._receive(self)

            def log_message(self, *_: Any) -> None:
                """Tests say what they saw."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # we are cut off
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=xiangxin"

    @property
    def ids(self) -> list[str]:
        """Of the facts that it took, as they first came."""
        return list(dict.fromkeys(each.id for each in self.took))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _receive(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        call = Came(handler.path, headers, body)
        self.came.append(call)
        doing = self.does(call)
        if doing.after:
            self._over.wait(doing.after)
        if doing.resets:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          struct.pack("ii", 1, 0))
            handler.connection.close()
            return
        if 200 <= doing.status < 300 and not doing.drip:
            self.took.append(call)
        self._answer(handler, doing)

    def _answer(self, handler: BaseHTTPRequestHandler, doing: Doing) -> None:
        handler.send_response(doing.status)
        for name, value in doing.headers.items():
            handler.send_header(name, value)
        if doing.status != 204:
            handler.send_header("Content-Length", str(len(doing.body)))
        handler.end_headers()
        if not doing.drip:
            handler.wfile.write(doing.body)
            return
        for each in doing.body:
            handler.wfile.write(bytes([each]))
            handler.wfile.flush()
            if self._over.wait(doing.drip):
                return
