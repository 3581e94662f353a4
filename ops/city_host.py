"""The broker's virtual host for other city systems: made, with what everybody there needs."""

from __future__ import annotations

import amqp
from amqp.exceptions import NotAllowed

from kernel.amqp_uri import read_uri
from kernel.broker import drop, open_connection
from ops.grants import Admin
from ops.management import Management
from services.city import topology

EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


def make_city_host(settings: Admin) -> None:
    """Make the virtual host, where the management API is known. Safe to repeat. Raises
    ManagementAway, ManagementRefused."""
    if not settings.rabbitmq_api:
        return
    keeper = read_uri(settings.declaring_uri)
    with Management(settings.rabbitmq_api, user=keeper.user,
                    password=keeper.password) as management:
        if management.get("vhosts", settings.city_vhost) is None:
            management.put("vhosts", settings.city_vhost)
        management.put("permissions", settings.city_vhost, keeper.user, body=EVERYTHING)


def declare_city(settings: Admin) -> list[str]:
    """Make the exchanges, the stream and the queue of what was dropped; a sentence when there is
    no such virtual host. Safe to repeat. Raises what `make_city_host` raises, and OSError or
    amqp's errors."""
    make_city_host(settings)
    try:
        connection = open_connection(settings.of_city(settings.declaring_uri))
    except NotAllowed:
        return [f"the broker has no virtual host {settings.city_vhost}, so other systems hear "
                "nothing yet: set RABBITMQ_API and declare again, or make it by hand"]
    try:
        _declare(connection.channel(), settings)
    finally:
        drop(connection)
    return []


def _declare(channel: amqp.Channel, settings: Admin) -> None:
    """The exchange last: the bridge publishes as soon as it is there."""
    lasting = {"durable": True, "auto_delete": False}
    arguments = topology.log_arguments(days=settings.city_log_days,
                                       gigabytes=settings.city_log_gigabytes)
    channel.queue_declare(topology.LOG, arguments=arguments, **lasting)
    channel.queue_declare(topology.DROPPED, arguments=topology.dropped_arguments(), **lasting)
    channel.exchange_declare(topology.DROPS, "fanout", **lasting)
    channel.queue_bind(topology.DROPPED, topology.DROPS)
    channel.exchange_declare(topology.FACTS, "topic", **lasting)
    channel.queue_bind(topology.LOG, topology.FACTS, "#")
