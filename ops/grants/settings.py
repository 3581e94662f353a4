"""What `xiangxin migrate` and `topology declare` are told beside what every process is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from kernel.amqp_uri import read_uri
from kernel.parse import AMQP, MONGODB, Parse, matching
from kernel.settings import setting
from ops.grants.broker_rights import PROCESSES
from ops.grants.logins import Login, faults, login
from services.city.host_settings import CityHost

BROKER, DATABASE = "AMQP", "MONGODB"
API = Parse("http://host:15672 or https://host:15671", matching(r"https?://[^/]+/?(\?.*)?"))
_PARSE: Mapping[str, Parse] = {BROKER: AMQP, DATABASE: MONGODB}


def variable(process: str, server: str) -> str:
    """Which variable holds the URI that this process comes with."""
    return f"{process.upper()}_{server}_URI"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Admin(CityHost):
    """Without the URIs of processes, which are added below by name."""

    amqp_admin_uri: str | None = setting(
        "AMQP_ADMIN_URI", default=None, secret=True, parse=AMQP,
        meaning="the broker as its administrator, who makes exchanges and queues; else AMQP_URI",
    )
    rabbitmq_api: str | None = setting(
        "RABBITMQ_API", default=None, secret=True, parse=API,
        meaning="the broker's management API, https://host:15671, where users are made",
    )
    mongodb_admin_uri: str | None = setting(
        "MONGODB_ADMIN_URI", default=None, secret=True, parse=MONGODB,
        meaning="the database as its administrator, who makes users and roles",
    )

    @property
    def declaring_uri(self) -> str:
        """As whom exchanges and queues are made."""
        return self.amqp_admin_uri or self.amqp_uri

    def uris(self, server: str) -> dict[str, str]:
        """URI by process; empty when users are none of our business."""
        given = {each: getattr(self, variable(each, server).lower()) for each in PROCESSES}
        return {process: uri for process, uri in given.items() if uri}

    def logins(self, server: str) -> dict[str, Login]:
        return {process: login(uri) for process, uri in self.uris(server).items()}

    def between(self) -> list[str]:
        guest = self.without_guest("AMQP_ADMIN_URI", self.declaring_uri)
        return [*super().between(), *guest, *self._faults(BROKER), *self._faults(DATABASE)]

    def _faults(self, server: str) -> list[str]:
        given = self.uris(server)
        if not given:
            return []
        needed = {variable(process, server): uri for process in PROCESSES
                  if (uri := given.get(process)) is not None}
        missing = [variable(process, server) for process in PROCESSES if process not in given]
        admin = {"AMQP_ADMIN_URI": self.amqp_admin_uri, "RABBITMQ_API": self.rabbitmq_api} \
            if server == BROKER else {"MONGODB_ADMIN_URI": self.mongodb_admin_uri}
        missing += [name for name, uri in admin.items() if not uri]
        found = [f"{name} is missing: users are made for all processes or for none"
                 for name in missing]
        keeper = next(iter(admin.values()))
        found += faults(needed, keeper or "")
        if server == BROKER and keeper:
            vhost = read_uri(keeper).vhost
            found += [f"{name} names another virtual host than AMQP_ADMIN_URI"
                      for name, uri in needed.items() if read_uri(uri).vhost != vhost]
        return found


_FIELDS = [
    (variable(process, server).lower(), "str | None", setting(
        variable(process, server), default=None, secret=True, parse=parse,
        meaning=f"the URI that {process} comes with; its user is made from it"))
    for server, parse in _PARSE.items() for process in PROCESSES
]
AdminSettings = dataclasses.make_dataclass(
    "AdminSettings", _FIELDS, bases=(Admin,), frozen=True, kw_only=True)
