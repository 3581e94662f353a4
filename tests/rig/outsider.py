"""Another city system at the broker, with what the operators' command printed for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import amqp

from kernel.broker import drop, open_connection
from tests.waiting import eventually

SILENCE = 1.5  # seconds after which nothing more comes
Typed = Callable[..., str]  # arguments of `xiangxin subscriber`; what it printed


@dataclass
class Outsider:
    """Hears its queue over one connection; `uri` and `token` as they were printed."""

    name: str
    uri: str
    token: str

    def __post_init__(self) -> None:
        self.heard: list[Any] = []
        self._connection: amqp.Connection | None = None

    @property
    def queue(self) -> str:
        return f"sub.{self.name}.main"

    def connect(self) -> amqp.Connection:
        """A connection beside the one that hears; the caller drops it."""
        return open_connection(self.uri)

    def listen(self, *, prefetch: int = 100, acknowledges: bool = True) -> None:
        self._connection = open_connection(self.uri)
        channel = self._connection.channel()
        channel.basic_qos(0, prefetch, False)

        def came(message: amqp.Message) -> None:
            self.heard.append(json.loads(message.body))
            if acknowledges:
                channel.basic_ack(message.delivery_tag)

        channel.basic_consume(self.queue, callback=came)

    def hear(self, count: int = 0) -> list[Any]:
        """What came so far: at least so many facts, then whatever comes before a silence."""
        assert self._connection is not None
        eventually(lambda: self._drained() or len(self.heard) >= count)
        return self.heard

    def beat(self) -> None:
        """Takes something of what came and says that it is still there, or the broker would end
        the connection of a machine that is busy otherwise."""
        assert self._connection is not None
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def is_cut_off(self) -> bool:
        """Whether the broker ended the connection over which it hears."""
        try:
            self._drained()
        except (amqp.AMQPError, OSError):
            self.leave()
            return True
        return False

    def leave(self) -> None:
        drop(self._connection)
        self._connection = None

    def _drained(self) -> bool:
        assert self._connection is not None
        while True:
            try:
                self._connection.drain_events(timeout=SILENCE)
            except TimeoutError:
                return False


def added(typed: Typed, name: str, *options: str) -> Outsider:
    """A new subscriber, as an operator adds it."""
    return printed(name, typed("add", name, *options))


def printed(name: str, told: str) -> Outsider:
    """What `add` and `rotate` print once."""
    found = [re.search(rf"^  {what} +(\S+)$", told, re.MULTILINE) for what in ("AMQP", "token")]
    uri, token = (each[1] for each in found if each)
    return Outsider(name, uri, token)

