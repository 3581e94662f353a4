"""A virtual host declared as operators do it, and a database that asks who comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops import prepare
from ops.parts import Broker, GivenBroker, GuardedDatabase
from tests.rig.fixtures import guarded
from tests.rig.users import Users, users_at
from tests.vhosts import lent_vhost

__all__ = ["guarded", "users"]


@pytest.fixture(scope="session")
def users(broker: Broker | GivenBroker, guarded: GuardedDatabase) -> Iterator[Users]:
    with lent_vhost(broker, "grants") as uri:
        made = users_at(uri, broker, guarded, "granted_")
        settings = made.settings()
        prepare.grant(settings)
        prepare.declare(settings)
        prepare.migrate(settings)
        yield made
