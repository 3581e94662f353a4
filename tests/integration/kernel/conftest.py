"""The two databases on which the kernel's suites run: in memory, and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from kernel.memory import memory_database
from kernel.mongo import ensure_indexes, open_database
from kernel.settings import Settings
from kernel.transaction import KERNEL_INDEXES


@pytest.fixture
def real(request: pytest.FixtureRequest) -> Iterator[Database[dict[str, Any]]]:
    """A fresh database on the real server, opened as a service opens its own."""
    uri, prefix = request.getfixturevalue("mongodb_uri"), request.getfixturevalue("database_name")
    settings = Settings(amqp_uri="amqp://unused", mongodb_uri=uri, database_prefix=prefix)
    database = open_database(settings, "_kernel")
    ensure_indexes(database, {**KERNEL_INDEXES, "things": []})
    yield database
    database.client.close()


@pytest.fixture(params=["memory", "real"])
def corner(request: pytest.FixtureRequest) -> Database[dict[str, Any]]:
    """What the same suite runs on: once in memory, once for real."""
    if request.param == "real":
        database: Database[dict[str, Any]] = request.getfixturevalue("real")
        return database
    database = memory_database()
    ensure_indexes(database, KERNEL_INDEXES)
    return database


@pytest.fixture
def client(mongodb_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    """A client that is not ours."""
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as opened:
        yield opened
