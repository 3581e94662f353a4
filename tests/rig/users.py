"""A user per process at broker and database, made as operators make them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.settings import read
from ops.grants import Admin, AdminSettings
from ops.grants.broker_rights import PROCESSES
from ops.grants.settings import BROKER, DATABASE, variable
from ops.parts import Broker, GivenBroker, GuardedDatabase
from ops.users import as_user
from tests.rig.queues import RETRY_RUNGS

ADMIN = {BROKER: "AMQP_ADMIN_URI", DATABASE: "MONGODB_ADMIN_URI"}


@dataclass(frozen=True, kw_only=True)
class Users:
    """Whoever signs in at one virtual host and one database: their URIs by process."""

    vhost: str  # its URI as the administrator
    api: str
    database: str  # its URI as the administrator
    prefix: str
    passwords: Mapping[str, str] = field(
        default_factory=lambda: {each: secrets.token_hex(12) for each in PROCESSES})

    def uri(self, process: str, server: str) -> str:
        admin = self.vhost if server == BROKER else self.database
        return as_user(admin, f"{self.prefix}{process}", self.passwords[process])

    def of(self, process: str) -> dict[str, str]:
        """What the process itself is told."""
        return {"AMQP_URI": self.uri(process, BROKER), "MONGODB_URI": self.uri(process, DATABASE),
                "DATABASE_PREFIX": self.prefix, "AMQP_GUEST": "no"}

    def of_preparing(self) -> dict[str, str]:
        """What `xiangxin prepare` is told: the administrators, who are guests of a private node."""
        given = {variable(process, server): self.uri(process, server)
                 for process in PROCESSES for server in (BROKER, DATABASE)}
        return {**self.of("operators"), **given, "AMQP_ADMIN_URI": self.vhost,
                "RABBITMQ_API": self.api, "MONGODB_ADMIN_URI": self.database,
                "RETRY_RUNGS": RETRY_RUNGS, "AMQP_GUEST": "yes"}

    def settings(self, **more: str) -> Admin:
        read_as: Admin = read(AdminSettings, {**self.of_preparing(), **more})
        return read_as


def users_at(vhost: str, broker: Broker | GivenBroker, database: GuardedDatabase,
             prefix: str) -> Users:
    return Users(vhost=vhost, api=broker.api, database=database.uri, prefix=prefix)
