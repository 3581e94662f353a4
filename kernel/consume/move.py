"""Moving messages to another queue: confirmed there before they are acknowledged here."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.broker import Message, Publisher, drop, open_connection


def move(uri: str, messages: Mapping[int, Message]) -> set[int]:
    """Publish the messages on a connection of their own; the keys of those that are confirmed.

    Those left out may have arrived all the same: move them again, the inbox absorbs a second copy.
    Raises OSError or amqp's errors when nothing could be sent.
    """
    connection = open_connection(uri)
    try:
        publisher = Publisher(connection)
        for key, message in messages.items():
            publisher.send(message, key)
        return {end.token for end in publisher.settle_all() if end.end == "confirmed"}
    finally:
        drop(connection)
