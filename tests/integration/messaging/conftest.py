"""The two worlds in which facts are told and heard."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from kernel.mongo import open_database
from ops.parts import Broker, GivenBroker
from tests.integration.messaging.worlds import MemoryWorld, RealWorld, World
from tests.vhosts import lent_vhost


@pytest.fixture(scope="session")
def messaging_uri(broker: Broker | GivenBroker) -> Iterator[str]:
    """A virtual host for all of these tests: to make one takes longer than most of them."""
    with lent_vhost(broker, "messaging") as uri:
        yield uri


@pytest.fixture
def real(messaging_uri: str, mongodb_uri: str, database_name: str) -> Iterator[RealWorld]:
    place = SimpleNamespace(mongodb_uri=mongodb_uri, database_prefix=database_name)
    database = open_database(place, "_messaging")
    world = RealWorld(messaging_uri, database)
    yield world
    world.close()
    database.client.close()


@pytest.fixture(params=["memory", "real"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """What the same suite runs on: once in memory, once for real."""
    if request.param == "real":
        yield request.getfixturevalue("real")
    else:
        yield MemoryWorld()
