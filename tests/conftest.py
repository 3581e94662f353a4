"""Fixtures that every room shares: real servers for the session, a fresh corner for each test."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.parts import Broker, Database, GivenBroker, GivenDatabase, open_broker, open_database
from ops.parts.server import Server
from tests.databases import drop_databases
from tests.vhosts import lent_vhost

TESTS = Path(__file__).parent
os.environ.setdefault("AMQP_GUEST", "yes")  # private nodes of tests know nobody else at first
# Some hundreds of processes start: bytecode spares each a sixth of that, and a tenth goes without
# eventlet's resolver, for tests ask servers by number. Only `xiangxin up` starts with it (test_up).
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
# A shell that starts the tests in the background ignores Ctrl-C, and processes inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
SECOND_TRIES = 3  # of one run, among real processes; more is no accident any more


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: whoever runs files side by side is done at the same time. What needs
    no other process never gets the second try that `make test` gives."""
    items.sort(key=_is_unit)
    for item in filter(_is_unit, items):
        item.add_marker(pytest.mark.flaky(reruns=0))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """More second tries than accidents explain fail the run, though each of them passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    tries = len(reporter.stats.get("rerun", [])) if reporter else 0
    if reporter and tries > SECOND_TRIES and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{tries} second tries, allowed are {SECOND_TRIES}: see RERUN")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _gone(server: object) -> None:
    """A private one needs no farewell of several seconds: its data go as well."""
    if isinstance(server, Server):
        server.kill()


def _is_unit(item: pytest.Item) -> bool:
    return item.path.relative_to(TESTS).parts[0] == "unit"


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker | GivenBroker]:
    """RabbitMQ for the whole session: a private node, or the one of AMQP_URI."""
    with open_broker(tmp_path_factory.mktemp("broker")) as opened:
        yield opened
        _gone(opened)


@pytest.fixture(scope="session")
def amqp_uri(broker: Broker | GivenBroker) -> str:
    return broker.uri


@pytest.fixture
def vhost(broker: Broker | GivenBroker) -> Iterator[str]:
    """The URI of a virtual host that nobody used before."""
    with lent_vhost(broker, "test") as uri:
        yield uri


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database | GivenDatabase]:
    """A database server for the whole session: SecantusDB, or the one of MONGODB_URI."""
    with open_database(tmp_path_factory.mktemp("database")) as opened:
        yield opened
        _gone(opened)


@pytest.fixture(scope="session")
def mongodb_uri(database: Database | GivenDatabase) -> str:
    return database.uri


@pytest.fixture
def database_name(mongodb_uri: str) -> Iterator[str]:
    """A name that nobody used before, for databases that begin with it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield name
    drop_databases(mongodb_uri, name)
