"""An operator's message centre that speaks SMPP 3.4 by the specification, with `struct` alone.

It knows nothing of the library that the service uses, so that what both misread shows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Thread
from time import monotonic

SYSTEM_ID, PASSWORD = "district", "secret1"
BIND, SUBMIT, DELIVER, ENQUIRE, UNBIND, RESPONSE = 9, 4, 5, 0x15, 6, 0x80000000


@dataclass(frozen=True)
class Part:
    """One submit_sm as it came; `text` without its header, which is (reference, total, place)."""

    number: str
    text: bytes
    header: tuple[int, int, int] | None
    receipt: bool
    message_id: str
    at: float


@dataclass
class Delivered:
    """A deliver_sm of ours and how it was answered."""

    statuses: list[int] = field(default_factory=list)


class Centre(ThreadingTCPServer):
    """`plan` says how the next submits end: a status as a number, `hang`, `drop` (taken, then the
    connection is cut) or `ok`, which all the others are."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.parts: list[Part] = []
        self.submitted: list[bytes] = []  # the same as whole PDUs, for others to read
        self.plan: list[str] = []
        self.binds: list[int] = []
        self.links: list[socket] = []
        self.answered: dict[int, int] = {}
        self.enquiries = 0
        self.silent = Event()  # set: nothing is answered any more
        self.lock = Lock()
        self._sequence = 100

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def texts(self, number: str) -> list[str]:
        """The whole messages of a number, joined by the references of their parts."""
        whole: list[str] = []
        open_: dict[int, dict[int, bytes]] = {}
        for part in self.parts:
            if part.number != number:
                continue
            if part.header is None:
                whole.append(part.text.decode("utf-16-be"))
                continue
            reference, total, place = part.header
            got = open_.setdefault(reference, {})
            got[place] = part.text
            if len(got) == total:
                whole.append(b"".join(got[at] for at in sorted(got)).decode("utf-16-be"))
                del open_[reference]
        return whole

    def deliver(self, text: str, *, is_receipt: bool = True, number: str = "13900000001") -> int:
        """Brings a receipt, or a reply, to the latest connection; returns its sequence."""
        with self.lock:
            self._sequence += 1
            body = b"\0" + b"\1\1" + number.encode() + b"\0" + b"\0\1" + b"10690\0"
            body += bytes([4 if is_receipt else 0, 0, 0]) + b"\0\0" + bytes([0, 0, 0, 0])
            raw = text.encode()
            self.links[-1].sendall(_pdu(DELIVER, 0, self._sequence, body + bytes([len(raw)]) + raw))
            return self._sequence

    def cut(self) -> None:
        """Every connection is gone at once."""
        for link in self.links:
            with suppress(OSError):
                link.shutdown(2)


def receipt(message_id: str, stat: str = "DELIVRD", err: str = "000") -> str:
    """A receipt's text as appendix B of the specification has it."""
    return (f"id:{message_id} sub:001 dlvrd:001 submit date:2609011200 done date:2609011201 "
            f"stat:{stat} err:{err} text:")


class _Session(BaseRequestHandler):
    server: Centre

    def handle(self) -> None:
        with suppress(OSError):
            while (head := self._exactly(16)) is not None:
                length, command, status, sequence = struct.unpack(">IIII", head)
                body = self._exactly(length - 16)
                if body is None or not self._act(command, status, sequence, body):
                    return

    def _act(self, command: int, status: int, sequence: int, body: bytes) -> bool:
        server = self.server
        if server.silent.is_set():
            return True
        match command:
            case 9:
                return self._bind(sequence, body)
            case 4:
                return self._submit(sequence, body)
            case 0x15:
                server.enquiries += 1
                self._say(ENQUIRE | RESPONSE, 0, sequence)
            case 6:
                self._say(UNBIND | RESPONSE, 0, sequence)
                return False
            case _ if command == DELIVER | RESPONSE:
                server.answered[sequence] = status
        return True

    def _bind(self, sequence: int, body: bytes) -> bool:
        system_id, password = body.split(b"\0")[:2]
        good = (system_id.decode(), password.decode()) == (SYSTEM_ID, PASSWORD)
        self.server.binds.append(0 if good else 0x0E)
        self._say(BIND | RESPONSE, 0 if good else 0x0E, sequence, b"fake\0" if good else b"")
        if good:
            self.server.links.append(self.request)
        return good

    def _submit(self, sequence: int, body: bytes) -> bool:
        server = self.server
        with server.lock:
            word = server.plan.pop(0) if server.plan else "ok"
        if word == "hang":
            return True
        if word not in ("ok", "drop"):
            self._say(SUBMIT | RESPONSE, int(word), sequence)
            return True
        message_id = self._take(body)
        server.submitted.append(_pdu(SUBMIT, 0, sequence, body))
        if word == "drop":
            self.request.shutdown(2)
            return False
        self._say(SUBMIT | RESPONSE, 0, sequence, message_id.encode() + b"\0")
        return True

    def _take(self, body: bytes) -> str:
        """Reads the mandatory fields of submit_sm, one after the other (specification 4.4.1)."""
        rest = body.split(b"\0", 1)[1][2:]  # service type, type and plan of the source
        _source, rest = rest.split(b"\0", 1)
        number, rest = rest[2:].split(b"\0", 1)
        esm_class, rest = rest[0], rest[3:]  # with protocol and priority
        _scheduled, _validity, rest = rest.split(b"\0", 2)
        registered, coding, length = rest[0], rest[2], rest[4]
        text = rest[5:5 + length]
        assert coding == 8 and len(text) <= 140
        header = None
        if esm_class & 0x40:
            assert text[:3] == b"\5\0\3"
            header, text = (text[3], text[4], text[5]), text[6:]
        server = self.server
        with server.lock:
            message_id = f"m{len(server.parts) + 1}"
            server.parts.append(Part(number.decode(), text, header, bool(registered), message_id,
                                     monotonic()))
        return message_id

    def _say(self, command: int, status: int, sequence: int, body: bytes = b"") -> None:
        with self.server.lock:
            self.request.sendall(_pdu(command, status, sequence, body))

    def _exactly(self, size: int) -> bytes | None:
        got = b""
        while len(got) < size:
            more = self.request.recv(size - len(got))
            if not more:
                return None
            got += more
        return got


def _pdu(command: int, status: int, sequence: int, body: bytes) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


@contextmanager
def running_centre() -> Iterator[Centre]:
    """The centre at work in a thread."""
    centre = Centre()
    thread = Thread(target=centre.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield centre
    finally:
        centre.cut()
        centre.shutdown()
        centre.server_close()
        thread.join(5)
