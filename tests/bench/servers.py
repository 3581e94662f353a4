"""What the messaging benches run on: given servers or own ones; nothing is left over."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import amqp
import pymongo
from pymongo.database import Database
from pymongo.errors import PyMongoError

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.declaring import declare
from kernel.mongo import ensure_indexes, open_database
from kernel.topology import Flow
from kernel.transaction import KERNEL_INDEXES
from ops.parts import open_broker
from ops.parts import open_database as open_server

WINDOW = 1000
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Servers:
    amqp_uri: str
    mongodb_uri: str
    database: Database[dict[str, Any]]

    def publish(self, bodies: list[bytes], *, exchange: str, routing_key: str) -> None:
        """Get all of them confirmed, pipelined, with the publisher that the relay uses."""
        with connected(self.amqp_uri) as connection:
            publisher, settled = Publisher(connection), 0
            for number, body in enumerate(bodies):
                message = Message(
                    body=body, exchange=exchange, routing_key=routing_key, message_id=str(number)
                )
                publisher.send(message, number)
                if publisher.open >= WINDOW:
                    settled += len(publisher.settled(within=1.0))
            assert settled + len(publisher.settle_all()) == len(bodies)

    def empty(self, flow: Flow) -> int:
        """Throw away what lies in the queue; how many messages."""
        with connected(self.amqp_uri) as connection:
            return int(connection.channel().queue_purge(flow.queue))


def patient(ask: Callable[[], T]) -> T:
    """Its answer. The embedded database may be silent for longer than the driver waits, once in a
    long while; then it is asked again, a minute altogether."""
    until = time.monotonic() + 60
    while True:
        try:
            return ask()
        except PyMongoError:
            if time.monotonic() > until:
                raise


@contextmanager
def connected(uri: str) -> Iterator[amqp.Connection]:
    connection = open_connection(uri)
    try:
        yield connection
    finally:
        drop(connection)


@contextmanager
def servers(*flows: Flow) -> Iterator[Servers]:
    """A broker with the queues and an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("broker", "database")]
        for path in paths:
            path.mkdir()
        with open_broker(paths[0]) as broker, open_server(paths[1]) as server:
            prefix = f"bench_{secrets.token_hex(4)}"
            place = SimpleNamespace(mongodb_uri=server.uri, database_prefix=prefix)
            database = open_database(place, "")
            ensure_indexes(database, {**KERNEL_INDEXES, "effects": []})
            opened = Servers(amqp_uri=broker.uri, mongodb_uri=server.uri, database=database)
            with connected(broker.uri) as connection:
                declare(connection, flows=flows)
            try:
                yield opened
            finally:
                for flow in flows:
                    opened.empty(flow)
                with suppress(PyMongoError), pymongo.timeout(120):  # as long as what was written
                    database.client.drop_database(database.name)
                database.client.close()
