"""Servers for a machine without servers: a private RabbitMQ node and SecantusDB, loopback only.

For development, the demo and tests. `AMQP_URI` and `MONGODB_URI`, when set, name servers that run
already; `open_broker` and `open_database` then hand those back and start nothing.
"""

from ops.parts.broker import Broker, GivenBroker, open_broker
from ops.parts.database import Database, GivenDatabase, GuardedDatabase, open_database
from ops.parts.ports import free_port
from ops.parts.server import PartFailed

__all__ = [
    "Broker",
    "Database",
    "GivenBroker",
    "GivenDatabase",
    "GuardedDatabase",
    "PartFailed",
    "free_port",
    "open_broker",
    "open_database",
]
