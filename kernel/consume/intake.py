"""The intake: a delivery becomes a message that is understood, or one refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.broker import Message
from kernel.clock import new_id
from kernel.consume.batch import Heard
from kernel.consume.fate import Parked, Past, past_of, understood
from kernel.consume.frames import Raw, properties_of
from kernel.consume.line import SUSPECTS
from kernel.wire import Wire

ALONE_AFTER = 3  # returns by dying consumers after which a message shares no transaction


@dataclass(frozen=True, kw_only=True, eq=False)
class Refused:
    """A message that nobody can work on."""

    tag: int
    body: bytes
    past: Past
    reason: str
    message_id: str
    content_type: str
    type: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """A delivery, looked at; `alone` when a consumer has died with it in hand."""

    message: Heard | Refused
    alone: bool


def taken(raw: Raw, wire: Wire | None = None) -> Taken:
    """Never raises, whatever was sent."""
    properties = properties_of(raw.properties)
    headers = properties.get("application_headers")
    message = message_of(raw.tag, raw.body, past=past_of(headers), properties=properties,
                         wire=wire)
    alone = raw.consumer == SUSPECTS or _returns(headers) >= ALONE_AFTER
    return Taken(message=message, alone=alone)


def message_of(
    tag: int, body: bytes, *, past: Past, properties: Mapping[str, Any], wire: Wire | None = None
) -> Heard | Refused:
    """The message, understood or refused. Never raises."""
    seen = understood(body, wire)
    if not isinstance(seen, Parked):
        return Heard(tag=tag, envelope=seen, past=past, body=body)
    return Refused(
        tag=tag,
        body=body,
        past=past,
        reason=seen.reason,
        message_id=_word(properties.get("message_id")) or new_id(),
        content_type=_word(properties.get("content_type")),
    )


def moved(
    message: Heard | Refused, *, by: str, target: str, headers: Mapping[str, Any]
) -> Message:
    """The message as it goes to another queue by the exchange `by`: same body and id, our headers,
    no foreign ones."""
    return Message(
        body=message.body,
        exchange=by,
        routing_key=target,
        message_id=message.message_id,
        type=message.type,
        content_type=message.content_type,
        headers=headers,
    )


def _word(value: object) -> str:
    sound = isinstance(value, str) and len(value) <= 100 and value.isascii() and value.isprintable()
    return str(value) if sound else ""


def _returns(headers: object) -> int:
    count = headers.get("x-delivery-count") if isinstance(headers, Mapping) else None
    return count if isinstance(count, int) else 0
