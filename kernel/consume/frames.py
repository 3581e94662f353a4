"""Deliveries read from the socket in large reads; headers stay raw until they are needed.

py-amqp decodes the properties of every message as it arrives, three small reads a frame; a header
that it cannot decode would end the connection, and the message would come again, without end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any

import amqp
from amqp.serialization import decode_properties_basic

_FRAME = Struct(">BHI")
_METHOD = Struct(">HH")
_DELIVER_TAG = Struct(">QB")
_CONTENT = Struct(">HHQ")

_METHOD_FRAME, _HEADER_FRAME, _BODY_FRAME = 1, 2, 3
_FRAME_END = 0xCE
_DELIVER = (60, 60)
_PROPERTIES_AT = 12  # after class, weight and body size
_READ = 64 * 1024  # about a hundred facts: 10 ms until others have a turn


class BrokenFrame(ConnectionError):
    """What came is not AMQP. Drop the connection."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One delivered message, undecoded but for what every delivery has."""

    consumer: str
    tag: int
    properties: bytes
    body: bytes


class Frames:
    """Reads one connection. Deliveries are returned, every other method goes to py-amqp."""

    def __init__(
        self, connection: amqp.Connection, heard: Callable[[tuple[int, int]], None]
    ) -> None:
        self._connection = connection
        self._sock = connection.transport.sock
        self._heard = heard
        self._buffer = bytearray()
        self._deliver: tuple[str, int] | None = None
        self._properties = b""
        self._missing = 0
        self._parts: list[bytes] = []

    def read(self) -> list[Raw]:
        """What one read of the socket completes; waits as long as the socket's timeout.

        Raises TimeoutError, OSError when the connection is gone, and amqp's errors.
        """
        chunk = self._sock.recv(_READ)
        if not chunk:
            raise ConnectionResetError("the broker closed the connection")
        self._connection.bytes_recv += 1
        self._buffer += chunk
        return [raw for frame in self._frames() for raw in self._taken(*frame)]

    def _frames(self) -> Iterator[tuple[int, int, bytes]]:
        buffer, at = self._buffer, 0
        try:
            while len(buffer) - at >= 7:
                kind, channel, size = _FRAME.unpack_from(buffer, at)
                end = at + 7 + size
                if len(buffer) <= end:
                    break
                if buffer[end] != _FRAME_END:
                    raise BrokenFrame("a frame does not end where it says")
                payload = bytes(buffer[at + 7 : end])
                at = end + 1
                yield kind, channel, payload
        finally:
            del buffer[:at]

    def _taken(self, kind: int, channel: int, payload: bytes) -> Iterator[Raw]:
        if kind == _METHOD_FRAME and (method := _METHOD.unpack_from(payload)) == _DELIVER:
            self._deliver = _delivered(payload)
        elif self._deliver is not None and kind == _HEADER_FRAME:
            self._missing = _CONTENT.unpack_from(payload)[2]
            self._properties = payload[_PROPERTIES_AT:]
            yield from self._complete()
        elif self._deliver is not None and kind == _BODY_FRAME:
            self._parts.append(payload)
            self._missing -= len(payload)
            yield from self._complete()
        else:
            self._connection.on_inbound_frame((kind, channel, payload))
            if kind == _METHOD_FRAME:
                self._heard(method)

    def _complete(self) -> Iterator[Raw]:
        if self._missing > 0 or self._deliver is None:
            return
        (consumer, tag), self._deliver = self._deliver, None
        parts, self._parts = self._parts, []
        yield Raw(consumer, tag, self._properties, parts[0] if len(parts) == 1 else b"".join(parts))


def _delivered(payload: bytes) -> tuple[str, int]:
    """Consumer tag and delivery tag of a Basic.Deliver."""
    end = 5 + payload[4]
    tag, _redelivered = _DELIVER_TAG.unpack_from(payload, end)
    return payload[5:end].decode("ascii"), tag


def properties_of(raw: bytes) -> dict[str, Any]:
    """The message's properties and headers by name; empty when they cannot be decoded."""
    properties: dict[str, Any]
    try:
        properties, _ = decode_properties_basic(raw, 0)
    except Exception:  # anybody may have written them
        return {}
    return properties
