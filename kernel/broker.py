"""The broker: a connection that cannot hang, dropping it, publishing with matched confirms."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

import amqp

from kernel.amqp_uri import read_uri
from kernel.encode import publish_frames

HEARTBEAT = 10  # seconds; a peer that is silent for twice as long counts as gone
GOODBYE = 0.1  # seconds for TLS's own goodbye, which waits for the peer
PATIENCE = 5.0  # seconds any single answer may take

PUBLISH_NUMBER = "x-publish-number"  # names the publish when the broker returns the message


class BrokerSilent(ConnectionError):
    """The broker did not answer in time. Drop the connection: its channel may not be used again."""


class NoHandshake(ConnectionError):
    """Somebody is there, but not as the URI says; the text says what to do about that."""


def open_connection(uri: str, *, patience: float = PATIENCE) -> amqp.Connection:
    """A connection on which every single wait ends after `patience` seconds at the latest.

    Raises WrongUri, NoHandshake (an OSError), OSError or amqp's errors when the broker is not
    reachable. The caller drops it.
    """
    place = read_uri(uri)
    connection = amqp.Connection(
        host=place.address,
        userid=place.user,
        password=place.password,
        virtual_host=place.vhost,
        ssl=place.ssl,
        heartbeat=HEARTBEAT,
        connect_timeout=patience,
        login_method="PLAIN",
    )
    try:
        connection.connect()
        connection.transport.sock.settimeout(patience)
    except (ssl.SSLError, ConnectionResetError) as fault:
        drop(connection)
        raise NoHandshake(place.why_not(fault)) from fault
    except BaseException:
        drop(connection)
        raise
    return connection


def drop(connection: amqp.Connection | None) -> None:
    """Close the socket and forget the connection, without a word that would have to be answered.

    py-amqp's polite close waits for the peer without end. Never raises; safe to repeat.
    """
    if connection is None:
        return
    with suppress(Exception):  # not `.transport`: one that never stood would try to connect now
        connection._transport.sock.settimeout(GOODBYE)
    with suppress(Exception):  # whatever is wrong with it, it is being thrown away
        connection.collect()


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is published: the body as it goes out and the properties that we set."""

    body: bytes
    exchange: str
    routing_key: str
    message_id: str
    type: str = ""
    content_type: str = "application/cloudevents+json"
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How one publish ended; `token` is what the caller sent it under."""

    token: Any
    end: Literal["confirmed", "returned", "nacked"]
    reason: str = ""


class Publisher:
    """Publishes mandatory, persistent messages one after the other and matches the confirms itself.

    py-amqp takes any confirm for the one it waits for; here each belongs to its delivery tag. After
    any exception the connection must be dropped: what was not settled is unknown and sent again.
    """

    def __init__(self, connection: amqp.Connection, *, patience: float = PATIENCE) -> None:
        self._connection = connection
        self._patience = patience
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._returned)
        self._last = 0
        self._open: dict[int, tuple[Any, float]] = {}  # tag -> token and when sent, oldest first
        self._reasons: dict[int, str] = {}
        self._settled: list[Settled] = []

    @property
    def open(self) -> int:
        """How many publishes are not settled yet."""
        return len(self._open)

    def send(self, message: Message, token: Any) -> None:
        """Hand the message to the broker; its end comes from `settled`."""
        self._last += 1
        self._open[self._last] = (token, time.monotonic())
        frames = publish_frames(
            channel=self._channel.channel_id,
            exchange=message.exchange,
            routing_key=message.routing_key,
            body=message.body,
            content_type=message.content_type,
            message_id=message.message_id,
            type=message.type,
            headers={**message.headers, PUBLISH_NUMBER: self._last},
            frame_max=self._connection.frame_max,
        )
        self._connection.transport.write(frames)
        self._connection.bytes_sent += 1  # for the heartbeat

    def settled(self, *, within: float) -> list[Settled]:
        """What was settled since the last call; waits up to `within` seconds for the first.

        Raises BrokerSilent when the oldest publish is older than `patience`.
        """
        if not self._settled and self._open:
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=within)
        ends, self._settled = self._settled, []
        if not ends and self._open:
            _, sent_at = next(iter(self._open.values()))
            if time.monotonic() - sent_at > self._patience:
                raise BrokerSilent(f"no confirm within {self._patience:g} s")
        return ends

    def settle_all(self) -> list[Settled]:
        """Wait until nothing is open; raises as `settled` does."""
        ends: list[Settled] = []
        while self._open or self._settled:
            ends.extend(self.settled(within=1.0))
        return ends

    def beat(self) -> None:
        """Keep an idle connection alive; call about once a second. Raises when the peer is gone."""
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def _acked(self, tag: int, multiple: bool) -> None:
        for number, token in self._take(tag, multiple):
            reason = self._reasons.pop(number, None)
            end: Literal["returned", "confirmed"] = "confirmed" if reason is None else "returned"
            self._settled.append(Settled(token=token, end=end, reason=reason or ""))

    def _nacked(self, tag: int, multiple: bool) -> None:
        for number, token in self._take(tag, multiple):
            self._reasons.pop(number, None)
            self._settled.append(Settled(token=token, end="nacked", reason="refused by the broker"))

    def _take(self, tag: int, multiple: bool) -> list[tuple[int, Any]]:
        tags = list(takewhile(lambda number: number <= tag, self._open)) if multiple else [tag]
        return [(number, self._open.pop(number)[0]) for number in tags if number in self._open]

    def _returned(self, _: Exception, exchange: str, key: str, message: amqp.Message) -> None:
        """The return precedes the confirm of the same publish; the header says which it is."""
        number = (message.headers or {}).get(PUBLISH_NUMBER)
        if isinstance(number, int) and number in self._open:
            self._reasons[number] = f"no queue takes {key} from exchange {exchange!r}"
