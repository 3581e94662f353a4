"""AMQP frames of a publish, written by hand: py-amqp takes most of a publisher's time to do it."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any

from amqp.serialization import dumps

_FRAME = Struct(">BHI")
_CONTENT = Struct(">HHQH")
_METHOD, _HEADER, _BODY = 1, 2, 3
_END = b"\xce"
_PUBLISH = b"\x00\x3c\x00\x28\x00\x00"  # class, method, a reserved word
_MANDATORY = b"\x01"
_BASIC = 60
_FRAME_OVERHEAD = 8

# content type, content encoding, headers, delivery mode, message id, type
_FLAGS = 0x8000 | 0x4000 | 0x2000 | 0x1000 | 0x0080 | 0x0020
_PERSISTENT = b"\x02"
_UTF_8 = b"\x05utf-8"


def short(text: str) -> bytes:
    """A text with its length before it; UnicodeEncodeError or ValueError (over 255 bytes)."""
    encoded = text.encode()
    return bytes((len(encoded),)) + encoded


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return _FRAME.pack(kind, channel, len(payload)) + payload + _END


def publish_frames(
    *,
    channel: int,
    exchange: str,
    routing_key: str,
    body: bytes,
    content_type: str,
    message_id: str,
    type: str,
    headers: Mapping[str, Any],
    frame_max: int,
) -> bytes:
    """A mandatory, persistent Basic.Publish with its content, as it goes over the wire."""
    method = _PUBLISH + short(exchange) + short(routing_key) + _MANDATORY
    properties = b"".join(
        (
            _CONTENT.pack(_BASIC, 0, len(body), _FLAGS),
            short(content_type),
            _UTF_8,
            dumps("F", (headers,)),
            _PERSISTENT,
            short(message_id),
            short(type),
        )
    )
    frames = [frame(_METHOD, channel, method), frame(_HEADER, channel, properties)]
    size = frame_max - _FRAME_OVERHEAD
    frames += [frame(_BODY, channel, body[at : at + size]) for at in range(0, len(body), size)]
    return b"".join(frames)
