"""An events service on the real database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from kernel.clock import system_clock
from kernel.mongo import SAFE
from tests.rig.fixtures import (  # noqa: F401
    _one_database,
    make_city,
    own_database,
    shared_queues,
)
from tests.unit.events.builders import Town


@pytest.fixture
def events_database(mongodb_uri: str, database_name: str) -> Iterator[Database[dict[str, Any]]]:
    """A database of its own, written with majority and journal."""
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield client.get_database(database_name, write_concern=SAFE)


@pytest.fixture
def town(events_database: Database[dict[str, Any]]) -> Town:
    return Town.on(events_database, now=system_clock())


@pytest.fixture
def twin(town: Town) -> Town:
    """A second process on the same database: nothing shared but what is kept and the key."""
    return Town.on(town.database, now=system_clock(), vault=town.app.vault)
