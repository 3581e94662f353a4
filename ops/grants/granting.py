"""Makes the users and gives them their rights, no more and no less; safe to repeat.

A password that changed in a URI is changed, a right that a version no longer needs is taken away,
and so are rights that somebody gave to these users by hand. Nobody else's users are touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from kernel.amqp_uri import read_uri
from kernel.mongo import available
from ops.grants.broker_rights import Rights, city_rights, rights
from ops.grants.database_roles import privileges, role
from ops.grants.logins import Login, login
from ops.management import Management

ADMIN = "admin"
_NOT_ALLOWED, _WRONG_LOGIN = 13, 18


class Told(Protocol):
    """What is read of the settings."""

    @property
    def amqp_admin_uri(self) -> str | None: ...

    @property
    def rabbitmq_api(self) -> str | None: ...

    @property
    def city_vhost(self) -> str: ...

    @property
    def mongodb_admin_uri(self) -> str | None: ...

    @property
    def database_prefix(self) -> str: ...

    def logins(self, server: str, /) -> Mapping[str, Login]: ...


class NotTheAdministrator(ValueError):
    """The database does not let us make users."""


def grant_broker(settings: Told) -> list[str]:
    """The users made or kept, by name; none when no URI of a process was given. Raises
    ManagementAway, ManagementRefused."""
    logins = settings.logins("AMQP")
    if not logins:
        return []
    keeper = read_uri(settings.amqp_admin_uri or "")
    with Management(settings.rabbitmq_api or "", user=keeper.user,
                    password=keeper.password) as management:
        for process, each in logins.items():
            _at_broker(management, each, _granted(process, keeper.vhost, settings.city_vhost))
    return [each.user for each in logins.values()]


def _at_broker(management: Management, each: Login, granted: Mapping[str, Rights]) -> None:
    """The user with rights by virtual host, and none in any other. Keys before the right to
    publish: an exchange without keys named takes all of them."""
    management.put("users", each.user, body={"password": each.password, "tags": ""})
    for vhost, those in granted.items():
        for exchange, keys in those.keys.items():
            management.put("topic-permissions", vhost, each.user,
                           body={"exchange": exchange, "write": keys, "read": "^$"})
        management.put("permissions", vhost, each.user, body=those.body())
    for held in management.get("users", each.user, "permissions") or ():
        if held["vhost"] not in granted:
            management.delete("permissions", held["vhost"], each.user)


def _granted(process: str, vhost: str, city_vhost: str) -> dict[str, Rights]:
    """What the process may, by virtual host."""
    in_city = city_rights(process)
    return {vhost: rights(process)} | ({city_vhost: in_city} if in_city else {})


def grant_database(settings: Told) -> list[str]:
    """The same at the database, with a role per process. Raises Unavailable and
    NotTheAdministrator."""
    logins = settings.logins("MONGODB")
    if not logins:
        return []
    with _as_administrator(settings.mongodb_admin_uri or "") as client:
        for process, each in logins.items():
            name = role(process, settings.database_prefix)
            _make(client[ADMIN], "Role", name,
                  privileges=privileges(process, settings.database_prefix), roles=[])
            _make(client[each.source], "User", each.user, pwd=each.password,
                  roles=[{"role": name, "db": ADMIN}])
    return [each.user for each in logins.values()]


def _make(database: Database[dict[str, Any]], kind: str, name: str, **what: Any) -> None:
    """Create or update a role or a user: what is given replaces what was there."""
    known: Sequence[object] = database.command(f"{kind.lower()}sInfo", name)[f"{kind.lower()}s"]
    database.command(f"update{kind}" if known else f"create{kind}", name, **what)


@contextmanager
def _as_administrator(uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with available(), MongoClient[dict[str, Any]](
            uri, appname="xiangxin-migrate", serverSelectionTimeoutMS=3_000) as client:
        try:
            yield client
        except OperationFailure as refused:
            if refused.code not in (_NOT_ALLOWED, _WRONG_LOGIN):
                raise
            raise NotTheAdministrator(
                f"MONGODB_ADMIN_URI: {login(uri).user or 'nobody'} may not make users and roles "
                "(userAdminAnyDatabase does)") from refused
