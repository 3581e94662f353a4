"""Drives one door with many keep-alive connections from a process of its own; lean, so that it
takes little of the machine it measures on.

`python -m tests.bench.driver HOST PORT CONNECTIONS < requests > answers`: each line in is the JSON
`[method, path, headers, body]`, each line out `[status, seconds, body]`; the last line is the time
from the first request to the last answer in seconds.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, float, str]


def encoded(method: str, path: str, headers: dict[str, str], body: Any) -> bytes:
    """One HTTP/1.1 request as bytes."""
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(content)}",
             "Content-Type: application/json", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class Line:
    """One keep-alive connection with the request it waits for."""

    sock: socket.socket
    since: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.since = time.perf_counter()
        self.sock.sendall(request)

    def read(self) -> Answer | None:
        """The whole answer, None while parts of it are missing. Raises ConnectionError."""
        received = self.sock.recv(65_536)
        if not received:
            raise ConnectionError("the service closed a connection")
        self.received += received
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.received[:end].decode("latin-1").lower()
        at = head.find("content-length:")
        length = int(head[at + 15:].split("\r\n")[0]) if at >= 0 else 0
        if len(self.received) < end + 4 + length:
            return None
        took = time.perf_counter() - self.since
        return int(head[9:12]), took, self.received[end + 4:].decode()


def drive(host: str, port: int, connections: int,
          requests: Iterable[bytes]) -> tuple[list[Answer], float]:
    """Every answer in the order in which it came, and the seconds from first to last."""
    waiting, answers = deque(requests), []
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for _ in range(min(connections, len(waiting))):
            line = Line(socket.create_connection((host, port)))
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.sock, selectors.EVENT_READ, line)
            line.send(waiting.popleft())
        while selector.get_map():
            for key, _ in selector.select(timeout=30):
                line = key.data
                answer = line.read()
                if answer is None:
                    continue
                answers.append(answer)
                if waiting:
                    line.send(waiting.popleft())
                else:
                    selector.unregister(line.sock)
                    line.sock.close()
        return answers, time.perf_counter() - began


def main(arguments: list[str]) -> None:
    """See above."""
    host, port, connections = arguments
    requests = [encoded(*json.loads(line)) for line in sys.stdin]
    answers, seconds = drive(host, int(port), int(connections), requests)
    for answer in answers:
        print(json.dumps(answer))
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
