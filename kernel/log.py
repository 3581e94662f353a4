"""The log of public facts, read from any place up to a mark set behind all that was told before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import amqp
from amqp import spec
from amqp.exceptions import NotFound

from kernel.broker import BrokerSilent, Message, Publisher, drop, open_connection
from kernel.clock import new_id
from kernel.consume.frames import Frames, Raw, properties_of
from kernel.topology import LOG, MARKS

MARK = "application/vnd.xiangxin.mark"  # the content type of a mark; its message id names it
AHEAD = 4_000  # messages the broker may send before the first of them is settled
TICK = 0.5  # seconds one read waits at most
PATIENCE = 30.0  # seconds without anything new, after which the log counts as silent
_MARK = MARK.encode()
_OFFSET, _LONG = b"\x0fx-stream-offset", b"l"  # a header's name behind its length; its type
BACK_OFF = 0.5  # seconds before a broken connection is opened again


class NoLog(LookupError):
    """The broker has no log: `xiangxin topology declare` makes it, from then on it fills."""

    def __init__(self, queue: str) -> None:
        super().__init__(f"there is no log {queue!r} at the broker: xiangxin topology declare")


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the log: its place in it (0, 1, 2 …) and the envelope as it was told."""

    offset: int
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Log:
    """The log of one virtual host. Every call opens a connection of its own and drops it."""

    uri: str
    queue: str = LOG.queue

    def mark(self) -> str:
        """Sets a mark behind everything confirmed before; its name. Raises NoLog."""
        name = new_id()
        connection = self._open()
        try:
            publisher = Publisher(connection)
            publisher.send(Message(body=b"", exchange=MARKS, routing_key=self.queue,
                                   message_id=name, content_type=MARK), name)
            publisher.settle_all()
        finally:
            drop(connection)
        return name

    def depth(self, queue: str) -> int:
        """How many messages wait in another queue of the host."""
        connection = self._open()
        try:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)
        finally:
            drop(connection)

    def read(self, *, since: int = 0, until: str) -> Iterator[list[Entry]]:
        """What stands from this place up to the mark, as it comes in; marks are left out.

        A place that the log has dropped means its beginning. A connection that breaks is opened
        again, and reading goes on behind what was given. Raises NoLog, and OSError or amqp's
        errors when the broker stays away.
        """
        broken_at: list[float] = []
        while True:
            try:
                for entries in self._once(since, until):
                    since, broken_at = entries[-1].offset + 1, []
                    yield entries
                return
            except (OSError, amqp.AMQPError):
                broken_at.append(time.monotonic())
                if broken_at[-1] - broken_at[0] > PATIENCE:
                    raise
                time.sleep(BACK_OFF)

    def _once(self, since: int, until: str) -> Iterator[list[Entry]]:
        connection = self._open()
        try:
            yield from _read(connection, self.queue, since, until)
        finally:
            drop(connection)

    def _open(self) -> amqp.Connection:
        connection = open_connection(self.uri)
        try:
            connection.channel().queue_declare(self.queue, passive=True)
        except NotFound:
            drop(connection)
            raise NoLog(self.queue) from None
        except BaseException:
            drop(connection)
            raise
        return connection


def _read(connection: amqp.Connection, queue: str, since: int, until: str) -> Iterator[list[Entry]]:
    channel = connection.channel()
    channel.basic_qos(0, AHEAD, False)
    frames = Frames(connection, lambda _: None)
    asked = (0, queue, "log", *(False,) * 4, {"x-stream-offset": since})
    channel.send_method(spec.Basic.Consume, "BssbbbbF", asked)
    connection.transport.sock.settimeout(TICK)
    heard_at = time.monotonic()
    while True:
        raws = _next(frames)
        connection.heartbeat_tick()
        if not raws:
            if time.monotonic() - heard_at > PATIENCE:
                raise BrokerSilent(f"nothing came from {queue} for {PATIENCE:g} s")
            continue
        heard_at = time.monotonic()
        entries, is_over = _entries(raws, since, until)
        channel.basic_ack(raws[-1].tag, multiple=True)
        if entries:
            yield entries
            heard_at = time.monotonic()  # what the caller did meanwhile is not the broker's silence
        if is_over:
            return


def _next(frames: Frames) -> list[Raw]:
    try:
        return frames.read()
    except TimeoutError:
        return []


def _entries(raws: list[Raw], since: int, until: str) -> tuple[list[Entry], bool]:
    """Those before the mark, and whether it is among them. The broker begins with the chunk in
    which a place lies, so what stands before it is left out."""
    entries: list[Entry] = []
    for raw in raws:
        if _MARK in raw.properties:
            properties = properties_of(raw.properties)
            if properties.get("content_type") == MARK:
                if properties.get("message_id") == until:
                    return entries, True
                continue
        offset = _offset(raw.properties)
        if offset >= since:
            entries.append(Entry(offset, raw.body))
    return entries, False


def _offset(properties: bytes) -> int:
    """The message's place as the broker writes it, found without decoding all the rest."""
    _, found, value = properties.rpartition(_OFFSET)
    if found and value[:1] == _LONG:
        return int.from_bytes(value[1:9], "big", signed=True)
    return int((properties_of(properties).get("application_headers") or {})
               .get("x-stream-offset", 0))
