"""Queues of earlier versions: unbound, emptied into the one that follows them, deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import amqp
from amqp.exceptions import NotFound

from kernel.broker import Message, drop, open_connection
from kernel.consume.fate import ATTEMPT, FIRST_FAILED_AT, REASON
from kernel.consume.move import move
from kernel.envelope import CONTENT_TYPE
from kernel.topology import FLOWS, RETIRED, RUNGS, Flow

TOGETHER = 500  # messages that are moved at once
_KEPT = (ATTEMPT, REASON, FIRST_FAILED_AT)


def retire(uri: str, retired: Mapping[str, str] = RETIRED,
           rungs: Sequence[float] = RUNGS) -> list[str]:
    """Takes away each retired queue with those beside it; one sentence per queue that stays.

    First it is unbound, so that nothing new comes to it: the queue that follows must be bound by
    then. What it still holds moves there, parked messages to its parked ones, and only empty
    queues are deleted. One that somebody still hears is left to them: ask again once the upgrade
    is over. Safe to repeat and to interrupt: a message that moved twice is heard once. Raises
    OSError or amqp's errors.
    """
    connection = open_connection(uri)
    try:
        return [said for queue, follows in retired.items()
                if (said := _retired(connection, uri, queue, FLOWS[follows], rungs))]
    finally:
        drop(connection)


def _retired(connection: amqp.Connection, uri: str, queue: str, follows: Flow,
             rungs: Sequence[float]) -> str | None:
    old = Flow(queue=queue, facts=follows.facts, private=follows.private)
    if _consumers(connection, queue) is not None:
        channel = connection.channel()
        for key in old.facts:
            channel.queue_unbind(queue, old.exchange, key)
        channel.close()
    names = [*(old.rung(seconds) for seconds in rungs), queue, old.suspects, old.parked]
    hearing = sum(_consumers(connection, name) or 0 for name in names)
    if hearing:
        return f"{queue} is still heard by {hearing}: declare again once they are upgraded"
    for name in names:
        target = follows.parked if name == old.parked else follows.queue
        if _consumers(connection, name) is not None:
            _emptied(connection, uri, name, target)
    return None


def _consumers(connection: amqp.Connection, queue: str) -> int | None:
    """How many hear it; None for a queue that is not there."""
    channel = connection.channel()
    try:
        found = channel.queue_declare(queue, passive=True)
    except NotFound:
        return None
    channel.close()
    return int(found.consumer_count)


def _emptied(connection: amqp.Connection, uri: str, queue: str, target: str) -> None:
    """Moves all to the target and deletes the queue; what was not confirmed stays, and so does
    the queue."""
    channel = connection.channel()
    while found := list(_taken(channel, queue)):
        moved = move(uri, {message.delivery_tag: _sent_on(message, target) for message in found})
        for tag in sorted(moved):
            channel.basic_ack(tag)
        if len(moved) < len(found):
            raise ConnectionError(f"{target} did not take what {queue} holds")
    channel.queue_delete(queue)
    channel.close()


def _taken(channel: amqp.Channel, queue: str) -> Iterator[amqp.Message]:
    for _ in range(TOGETHER):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield message


def _sent_on(message: amqp.Message, target: str) -> Message:
    """With the headers that tell why it is parked; none of the broker's own."""
    properties = message.properties
    headers = properties.get("application_headers") or {}
    body = message.body
    return Message(
        body=body.encode() if isinstance(body, str) else bytes(body),
        exchange="", routing_key=target, message_id=str(properties.get("message_id", "")),
        type=str(properties.get("type", "")),
        content_type=str(properties.get("content_type", "")) or CONTENT_TYPE,
        headers={name: value for name, value in headers.items() if name in _KEPT},
    )
