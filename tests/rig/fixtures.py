"""Fixtures of the tests that kill: rigs on the shared servers, and servers that may be killed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from ops.parts import Broker, Database, GivenBroker, GuardedDatabase, PartFailed
from ops.parts.server import Server
from tests.databases import drop_databases
from tests.rig.city import City
from tests.rig.queues import Queues
from tests.rig.rig import Rig
from tests.vhosts import lent_vhost

__all__ = ["guarded", "make_city", "make_rig", "own_broker", "own_database", "rig", "shared_queues"]

MakeRig = Callable[..., Rig]
MakeCity = Callable[..., City]
R = TypeVar("R", bound=Rig)


class DurableDatabase(Database):
    """SecantusDB heeds `j: true` when a transaction commits only if it is told so at its start.

    Without, a SIGKILL loses what was committed in the last moments. MongoDB needs no such thing.
    """

    def command(self) -> Sequence[str]:
        return [*super().command(), "--sync-on-commit"]


def running(server: Server) -> Server:
    """The server, started when a test left it killed."""
    try:
        _ = server.pid
    except PartFailed:
        server.start()
    return server


@pytest.fixture(scope="session")
def shared_queues(broker: Broker | GivenBroker) -> Iterator[Queues]:
    """The ledger's queues in a virtual host of the shared broker, declared once."""
    with lent_vhost(broker, "rig") as uri:
        queues = Queues(uri)
        queues.declare()
        yield queues


@pytest.fixture
def make_rig(shared_queues: Queues, mongodb_uri: str, tmp_path: Path) -> Iterator[MakeRig]:
    """Makes rigs with empty queues and databases nobody used; all their processes end."""
    with _made(Rig, shared_queues, mongodb_uri, tmp_path) as make:
        yield make


@pytest.fixture
def make_city(shared_queues: Queues, mongodb_uri: str, tmp_path: Path) -> Iterator[MakeCity]:
    """The same with the events service, prepared."""
    with _made(City, shared_queues, mongodb_uri, tmp_path) as make:
        yield make


@contextmanager
def _made(
    kind: type[R], shared_queues: Queues, mongodb_uri: str, folder: Path
) -> Iterator[Callable[..., R]]:
    made: list[R] = []

    def make(queues: Queues | None = None, mongodb: str | None = None) -> R:
        prefix = f"test_{uuid.uuid4().hex[:12]}_"
        chosen, uri = queues or shared_queues, mongodb or mongodb_uri
        chosen.purge()
        made.append(kind(queues=chosen, mongodb_uri=uri, prefix=prefix, folder=folder))
        made[-1].prepare()
        return made[-1]

    yield make
    for rig in made:
        rig.close()
        drop_databases(rig.mongodb_uri, rig.prefix)


@pytest.fixture
def rig(make_rig: MakeRig) -> Rig:
    """Teller, relay and ledger to be started on the shared servers."""
    return make_rig()


@pytest.fixture
def city(make_city: MakeCity) -> City:
    """Events, relay and ledger to be started on the shared servers."""
    return make_city()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedDatabase]:
    """A database that asks who comes."""
    with GuardedDatabase(tmp_path_factory.mktemp("guarded")) as opened:
        yield opened


@pytest.fixture(scope="session")
def _one_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    made = Broker(tmp_path_factory.mktemp("own-broker"))
    yield made
    made.kill()


@pytest.fixture
def own_broker(_one_broker: Broker) -> Iterator[Broker]:
    """A broker that the test may kill, freeze or wipe; running, with the ledger's queues."""
    running(_one_broker)
    yield _one_broker
    running(_one_broker).thaw()


@pytest.fixture(scope="session")
def _one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = DurableDatabase(tmp_path_factory.mktemp("own-database"))
    yield made
    made.kill()


@pytest.fixture
def own_database(_one_database: Database) -> Iterator[Database]:
    """A database server that the test may kill or freeze; running."""
    running(_one_database)
    yield _one_database
    running(_one_database).thaw()
