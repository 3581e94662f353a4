"""Other city systems at the broker: the user of each, what it may, its queue and what comes there.

All of it follows from the subscriber's document: `settle` makes the broker so, whatever it was
before. A user may read its own queue and nothing else: it makes, binds and publishes nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import amqp
from amqp.exceptions import NotAllowed, NotFound

from kernel.amqp_uri import read_uri
from kernel.broker import drop, open_connection
from ops.grants import Admin
from ops.grants.broker_rights import NOTHING
from ops.management import Management
from services.city import topology
from services.city.domain.subscriber import Subscriber

CHANNELS = 16  # for each connection that a user may have
GONE_WITHIN = 10.0  # seconds until no connection of a user is left
_AGAIN = 0.1


class NotPrepared(ValueError):
    """The broker cannot serve other systems yet; the text says what to do."""


class StillConnected(OSError):
    """A user's connections did not end in time: ask again."""


class Outsiders:
    """As an administrator. Every call is safe to repeat and may raise ManagementAway,
    ManagementRefused, OSError or amqp's errors."""

    def __init__(self, management: Management, channel: amqp.Channel, vhost: str) -> None:
        self._management, self._channel, self._vhost = management, channel, vhost

    def enter(self, one: Subscriber, password: str) -> None:
        """Make its user, or give it another password; the old one opens nothing any more."""
        self._management.put("users", one.user, body={"password": password, "tags": ""})

    def knows(self, one: Subscriber) -> bool:
        """Whether there is its user."""
        return self._management.get("users", one.user) is not None

    def settle(self, one: Subscriber) -> None:
        """Queue, what is bound to it, limits and rights as its document says. Whoever loses rights
        loses the connections as well: the broker asks for rights only when one begins to hear."""
        self._channel.queue_declare(
            one.queue, durable=True, auto_delete=False,
            arguments=topology.queue_arguments(megabytes=one.queue_megabytes))
        self._bind(one)
        connections = one.most_connections if one.state == "active" else 0
        for limit, most in (("max-connections", connections),
                            ("max-channels", connections * CHANNELS)):
            self._management.put("user-limits", one.user, limit, body={"value": most})
        if self._allow(one):
            self.disconnect(one)

    def disconnect(self, one: Subscriber) -> None:
        """Returns when no connection of its user is open. Raises StillConnected."""
        where, deadline = ("connections", "username", one.user), time.monotonic() + GONE_WITHIN
        while self._management.get(*where):
            if time.monotonic() > deadline:
                raise StillConnected(f"connections of {one.user} are still open: ask again")
            self._management.delete(*where)
            time.sleep(_AGAIN)

    def forget(self, one: Subscriber) -> None:
        """Its connections end; then user and queue are gone, with what waited there."""
        if self.knows(one):
            self._management.delete("permissions", self._vhost, one.user)
            self.disconnect(one)
            self._management.delete("users", one.user)
        self.drop_queue(one)

    def drop_queue(self, one: Subscriber) -> None:
        """Also when it is gone already."""
        self._management.delete("queues", self._vhost, one.queue)

    def depth(self, one: Subscriber) -> int:
        """How many facts wait in its queue. Raises amqp's NotFound without a queue."""
        return int(self._channel.queue_declare(one.queue, passive=True).message_count)

    def _bind(self, one: Subscriber) -> None:
        """New ones first, so that no fact is missed that was granted before and is now."""
        held = self._management.get("queues", self._vhost, one.queue, "bindings") or ()
        bound = {each["routing_key"] for each in held if each["source"] == topology.FACTS}
        for pattern in set(one.facts) - bound:
            self._channel.queue_bind(one.queue, topology.FACTS, pattern)
        for pattern in bound - set(one.facts):
            self._channel.queue_unbind(one.queue, topology.FACTS, pattern)

    def _allow(self, one: Subscriber) -> bool:
        """Whether that took something away, or gave something that is asked for anew."""
        where = ("permissions", self._vhost, one.user)
        held, wanted = self._management.get(*where), readable(one)
        if one.state != "active":
            self._management.delete(*where)
            return True
        self._management.put(*where, body={"configure": NOTHING, "write": NOTHING, "read": wanted})
        return bool(held and held["read"] != wanted)


def readable(one: Subscriber) -> str:
    """The names it may read, as RabbitMQ takes them."""
    names = [one.queue, *([topology.LOG] if one.reads_log else [])]
    return f"^({'|'.join(re.escape(name) for name in names)})$"


def uri_of(settings: Admin, one: Subscriber, password: str, host: str | None = None) -> str:
    """What the subscriber connects to; `host` (and port) where it knows the broker by another name
    than we do."""
    ours = read_uri(settings.declaring_uri)
    place = host or ours.address
    return urlsplit(settings.of_city(settings.declaring_uri))._replace(
        netloc=f"{one.user}:{quote(password, safe='')}@{place}", query="").geturl()


@contextmanager
def open_outsiders(settings: Admin) -> Iterator[Outsiders]:
    """Raises NotPrepared and whatever its calls may raise."""
    if not settings.rabbitmq_api:
        raise NotPrepared("RABBITMQ_API is missing: users of the broker are made at its management "
                          "API (http://host:15672 or https://host:15671)")
    keeper, vhost = read_uri(settings.declaring_uri), settings.city_vhost
    connection = _to_the_city(settings)
    try:
        with Management(settings.rabbitmq_api, user=keeper.user,
                        password=keeper.password) as management:
            yield Outsiders(management, connection.channel(), vhost)
    finally:
        drop(connection)


def _to_the_city(settings: Admin) -> amqp.Connection:
    connection = None
    try:
        connection = open_connection(settings.of_city(settings.declaring_uri))
        connection.channel().exchange_declare(topology.FACTS, "topic", passive=True)
    except (NotAllowed, NotFound):
        drop(connection)
        raise NotPrepared(
            f"the broker has no virtual host {settings.city_vhost} (CITY_VHOST) with the exchange "
            f"{topology.FACTS}: run xiangxin topology declare first") from None
    return connection
