"""The users of a demo's private servers: each process comes as its own, as it does in a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ops.grants.broker_rights import OPERATORS, PROCESSES
from ops.grants.settings import BROKER, DATABASE, variable
from ops.parts import Broker, Database, GivenBroker, GivenDatabase

URI = {BROKER: "AMQP_URI", DATABASE: "MONGODB_URI"}


def as_user(uri: str, user: str, password: str) -> str:
    """The same place, another user."""
    parts = urlsplit(uri)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}:{password}@{place}").geturl()


@dataclass(frozen=True, kw_only=True)
class Users:
    """Who comes to the servers. Those that somebody gave know one user, the one of their URI."""

    broker: Broker | GivenBroker
    database: Database | GivenDatabase
    passwords: Mapping[str, str]

    def of(self, process: str) -> dict[str, str]:
        """What a process is told; one that is none of the six comes as operators do."""
        user = process if process in PROCESSES else OPERATORS
        return {URI[server]: self._uri(server, user) for server in URI} | self._guest()

    def of_preparing(self) -> dict[str, str]:
        """What `xiangxin prepare` is told: whom to make, and the administrators who do it."""
        told = self.of(OPERATORS)
        for server in filter(self._is_ours, URI):
            told |= {variable(each, server): self._uri(server, each) for each in PROCESSES}
        told |= self.of_administrators()
        if isinstance(self.database, Database):
            told["MONGODB_ADMIN_URI"] = self.database.uri
        return told

    def of_administrators(self) -> dict[str, str]:
        """Who makes users at a private broker; nothing for one that was given."""
        if not isinstance(self.broker, Broker):
            return {}
        return {"AMQP_ADMIN_URI": self.broker.uri, "RABBITMQ_API": self.broker.api,
                "AMQP_GUEST": "yes"}

    def _is_ours(self, server: str) -> bool:
        return isinstance(self.broker if server == BROKER else self.database, Broker | Database)

    def _uri(self, server: str, user: str) -> str:
        uri = self.broker.uri if server == BROKER else self.database.uri
        return as_user(uri, user, self.passwords[user]) if self._is_ours(server) else uri

    def _guest(self) -> dict[str, str]:
        """A broker that was given for a demo may know nobody but its guest."""
        return {} if isinstance(self.broker, Broker) else {"AMQP_GUEST": "yes"}
