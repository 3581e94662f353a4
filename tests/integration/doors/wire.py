"""A client that speaks bytes, for what no honest HTTP client would send, and a reader of events."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.rig.process import Process


def connect(process: Process, within: float = 10.0) -> socket.socket:
    """A plain connection to the doors."""
    assert process.port is not None
    return socket.create_connection(("127.0.0.1", process.port), timeout=within)


def exchange(process: Process, sent: bytes, within: float = 10.0) -> bytes:
    """Everything that comes back until the other side closes."""
    with connect(process, within) as sock:
        sock.sendall(sent)
        return rest(sock)


def rest(sock: socket.socket) -> bytes:
    """What still comes until the other side closes; a reset counts as closing."""
    got = b""
    try:
        while read := sock.recv(65_536):
            got += read
    except ConnectionResetError:
        pass
    return got


@dataclass(frozen=True)
class Heard:
    """One server-sent event and when it was read."""

    name: str
    content: Any
    id: str | None
    at: float


def events(process: Process, last_event_id: str | None = None) -> Iterator[Heard]:
    """Events of /live as they arrive, without a library that might collect them."""
    resume = f"Last-Event-ID: {last_event_id}\r\n" if last_event_id else ""
    with connect(process) as sock:
        sock.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\n{resume}\r\n".encode())
        lines = sock.makefile("r", encoding="utf-8", newline="\n")
        fields: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.strip().partition(": ")
            if colon and name in ("id", "event", "data"):
                fields[name] = value
            elif not line.strip() and "data" in fields:
                content = json.loads(fields["data"])
                yield Heard(fields["event"], content, fields.get("id"), time.monotonic())
                fields = {}
