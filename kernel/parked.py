"""Parked messages: looking at those that need a person, sending them again, throwing them away."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import amqp
from amqp import spec

from kernel.broker import Message, drop, open_connection
from kernel.consume.fate import ATTEMPT, FIRST_FAILED_AT, REASON
from kernel.consume.frames import Frames, Raw, properties_of
from kernel.consume.move import move
from kernel.envelope import CONTENT_TYPE
from kernel.topology import Flow

MOST = 10_000  # looked at in one go
AWAY = (OSError, amqp.AMQPError)  # what a look raises while the broker is out of reach
DIED = "consumers died with it in hand"
_QUIET = 5.0  # seconds without a message after which the rest is in somebody else's hands
_PAUSE = 0.02  # seconds between two questions how much lies there

_HIDDEN = "(contact details: not shown)"


@dataclass(frozen=True, kw_only=True)
class ParkedMessage:
    """One parked message. `text` is the body to show; of a private flow the data is left out."""

    id: str
    type: str
    reason: str
    attempts: int
    first_failed_at: str
    size: int
    text: str


class NotParked(Exception):
    """None of the parked messages has this id."""


def list_parked(uri: str, flow: Flow, *, most: int = MOST) -> list[ParkedMessage]:
    """What is parked, oldest first. It stays where it is; raises OSError and amqp's errors."""
    with _in_hand(uri, flow, most) as hand:
        return [_shown(raw, flow) for raw in hand.taken]


def show_parked(uri: str, flow: Flow, id: str) -> ParkedMessage:
    """One parked message. Raises NotParked."""
    for message in list_parked(uri, flow):
        if message.id == id:
            return message
    raise NotParked(id)


def retry_parked(uri: str, flow: Flow, ids: Collection[str] | None = None) -> int:
    """Send the messages with these ids, or all, to their queue again, attempts counted anew; how
    many. Safe to interrupt and to repeat: the inbox absorbs a second copy."""

    def again(raws: Sequence[Raw]) -> set[int]:
        return move(uri, {raw.tag: _again(raw, flow) for raw in raws})

    return _settle(uri, flow, ids, again)


def drop_parked(uri: str, flow: Flow, ids: Collection[str] | None = None) -> int:
    """Throw the messages with these ids, or all, away for good; how many."""
    return _settle(uri, flow, ids, lambda raws: {raw.tag for raw in raws})


def _settle(
    uri: str,
    flow: Flow,
    ids: Collection[str] | None,
    step: Callable[[Sequence[Raw]], set[int]],
) -> int:
    with _in_hand(uri, flow, MOST) as hand:
        chosen = [raw for raw in hand.taken if ids is None or _id(_properties(raw)) in ids]
        done = step(chosen) if chosen else set()
        hand.settle(done)
        return len(done)


@dataclass
class _Hand:
    """What one look took from a parking queue: nobody else sees it meanwhile."""

    channel: amqp.Channel
    taken: list[Raw]
    settled: int = 0

    def settle(self, tags: Collection[int]) -> None:
        for tag in sorted(tags):
            self.channel.basic_ack(tag)
        self.settled += len(tags)


@contextmanager
def _in_hand(uri: str, flow: Flow, most: int) -> Iterator[_Hand]:
    """The parked messages, oldest first; what is not settled lies in its place again at the end."""
    connection = open_connection(uri)
    try:
        channel = connection.channel()
        hand = _Hand(channel, _taken(channel, flow, most))
        yield hand
        channel.send_method(spec.Basic.Nack, "Lbb", (0, True, True))  # all that is left
        channel.close()
        _await_return(connection, flow, len(hand.taken) - hand.settled)
    finally:
        drop(connection)


def _await_return(connection: amqp.Connection, flow: Flow, count: int) -> None:
    """Until `count` messages lie in the queue again: a quorum queue takes them back behind the
    answer to the channel's end, and a look that comes sooner would find nothing parked."""
    channel = connection.channel()
    until = time.monotonic() + _QUIET
    while _parked(channel, flow) < count and time.monotonic() < until:
        time.sleep(_PAUSE)


def _parked(channel: amqp.Channel, flow: Flow) -> int:
    return int(channel.queue_declare(flow.parked, passive=True).message_count)


def _taken(channel: amqp.Channel, flow: Flow, most: int) -> list[Raw]:
    wanted = min(_parked(channel, flow), most)
    if not wanted:
        return []
    channel.basic_qos(0, min(wanted, 65_535), False)
    frames = Frames(channel.connection, lambda _: None)
    asked: tuple[Any, ...] = (0, flow.parked, "look", False, False, False, True, {})
    channel.send_method(spec.Basic.Consume, "BssbbbbF", asked)
    raws: list[Raw] = []
    until = time.monotonic() + _QUIET
    while len(raws) < wanted and time.monotonic() < until:
        if got := _read(frames):
            raws.extend(got)
            until = time.monotonic() + _QUIET
    return raws[:wanted]


def _read(frames: Frames) -> list[Raw]:
    try:
        return frames.read()
    except TimeoutError:
        return []


def _properties(raw: Raw) -> dict[str, Any]:
    properties = properties_of(raw.properties)
    headers = properties.get("application_headers")
    return {**properties, "headers": headers if isinstance(headers, dict) else {}}


def _id(properties: dict[str, Any]) -> str:
    return str(properties.get("message_id", ""))


def _shown(raw: Raw, flow: Flow) -> ParkedMessage:
    properties = _properties(raw)
    headers = properties["headers"]
    attempts = headers.get(ATTEMPT)
    return ParkedMessage(
        id=_id(properties),
        type=str(properties.get("type", "")),
        reason=str(headers.get(REASON) or DIED),
        attempts=attempts if isinstance(attempts, int) else 0,
        first_failed_at=str(headers.get(FIRST_FAILED_AT, "")),
        size=len(raw.body),
        text=_text(raw.body, private=flow.private),
    )


def _text(body: bytes, *, private: bool) -> str:
    text = body.decode("utf-8", "replace")
    if not private:
        return text
    try:
        document = json.loads(text)
        return json.dumps({**document, "data": _HIDDEN}, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return _HIDDEN


def _again(raw: Raw, flow: Flow) -> Message:
    properties = _properties(raw)
    return Message(
        body=raw.body,
        exchange=flow.moves,
        routing_key=flow.queue,
        message_id=_id(properties),
        type=str(properties.get("type", "")),
        content_type=str(properties.get("content_type", "")) or CONTENT_TYPE,
    )
