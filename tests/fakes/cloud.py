"""An HTTP provider of SMS that verifies signatures, keeps what it accepted, and fails as told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, ClassVar

KEY_ID, KEY_SECRET = "test-key-id", "test-key-secret"
NUMBER_OF_HANDLERS = 128


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; the path holds the query, if there was one."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Taken:
    """One message that the provider accepted."""

    number: str
    code: str
    values: Any
    context: str
    ref: str


class Cloud(ThreadingHTTPServer):
    """`plan` says how the next requests end, one word each; then all are `ok`.

    `ok`; `hang` (no answer until `release`); `drop` (accepted, then the connection is closed);
    `500` … `599`; any other word is answered as the provider's own code.
    """

    daemon_threads = True
    request_queue_size = NUMBER_OF_HANDLERS
    handler: ClassVar[type[CloudHandler]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.handler)
        self.asked: list[Asked] = []
        self.taken: list[Taken] = []
        self.plan: list[str] = []
        self.messages: dict[str, str] = {}  # what the provider says beside a code
        self.forged = 0
        self.released = Event()
        self.lock = Lock()
        self.took = 0.0  # seconds that each answer takes

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def next_word(self) -> str:
        with self.lock:
            return self.plan.pop(0) if self.plan else "ok"

    def take(self, number: str, code: str, values: Any, context: str) -> Taken:
        with self.lock:
            taken = Taken(number, code, values, context, f"ref-{len(self.taken) + 1}")
            self.taken.append(taken)
            return taken


@dataclass
class Reply:
    """What goes back: a status and a JSON document."""

    told: Any
    status: int = 200
    extra: Mapping[str, str] = field(default_factory=dict)


class CloudHandler(BaseHTTPRequestHandler):
    """A subclass says whether a request is signed, and answers it."""

    server: Cloud
    protocol_version = "HTTP/1.1"

    def is_signed(self, asked: Asked) -> bool:
        raise NotImplementedError

    def forged(self) -> Reply:
        raise NotImplementedError

    def refuse(self, code: str, asked: Asked) -> Reply:
        raise NotImplementedError

    def accept(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, body, monotonic())
        with self.server.lock:
            self.server.asked.append(asked)
        self.server.released.wait(self.server.took)
        if not self.is_signed(asked):
            self.server.forged += 1
            self._write(self.forged())
            return
        self._end(self.server.next_word(), asked)

    def _end(self, word: str, asked: Asked) -> None:
        if word == "hang":
            self.server.released.wait(30)
            self.close_connection = True
        elif word == "drop":
            self.accept(asked)
            self.close_connection = True
        elif word.isdigit():
            self._write(Reply({"oops": True}, int(word)))
        else:
            self._write(self.accept(asked) if word == "ok" else self.refuse(word, asked))

    def _write(self, reply: Reply) -> None:
        content = json.dumps(reply.told, ensure_ascii=False).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """The test looks at `asked` instead."""


@contextmanager
def running(cloud: Cloud) -> Iterator[Cloud]:
    """The server at work in a thread; whoever hangs is let go at the end."""
    thread = Thread(target=cloud.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        cloud.released.set()
        cloud.shutdown()
        cloud.server_close()
        thread.join(5)
