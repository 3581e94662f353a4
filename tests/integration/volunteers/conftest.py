"""A ledger on the real database, and one whose process may be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kernel.mongo import ensure_indexes, open_database
from kernel.topology import FLOWS
from kernel.transaction import KERNEL_INDEXES
from ops.parts import Broker, GivenBroker
from services.volunteers.store import INDEXES
from services.volunteers.usecases import CREDIT_HOURS, App
from tests.rig.fixtures import (  # noqa: F401
    _one_database,
    make_rig,
    own_database,
)
from tests.rig.queues import Queues
from tests.rig.where import Where
from tests.unit.volunteers.ledgers import app_on
from tests.vhosts import lent_vhost


@pytest.fixture
def app(mongodb_uri: str, database_name: str) -> Iterator[App]:
    database = open_database(Where(mongodb_uri, database_name), "volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    yield app_on(database)
    database.client.close()


@pytest.fixture(scope="session")
def shared_queues(broker: Broker | GivenBroker) -> Iterator[Queues]:
    """The queue of the real volunteers service in a virtual host of its own."""
    with lent_vhost(broker, "hours") as uri:
        queues = Queues(uri, flows=(FLOWS[CREDIT_HOURS],))
        queues.declare()
        yield queues
