"""A process that dies just before or just after its commit: nothing, or all of it (P1, P3)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from kernel.clock import new_id
from kernel.mongo import ensure_indexes, open_database
from kernel.settings import Settings
from kernel.transaction import KERNEL_INDEXES
from tests.integration.kernel.builders import kept, numbers
from tests.integration.kernel.servers import OwnDatabase

Corner = Database[dict[str, Any]]

SCRIPT = """
import sys
from kernel.mongo import open_database
from kernel.settings import Settings
from tests.integration.kernel.builders import keep, transactions, visit
settings = Settings(amqp_uri="amqp://unused", mongodb_uri=sys.argv[1], database_prefix="")
database = open_database(settings, sys.argv[2])
service = transactions(database)
for name in ("first", "second"):
    service.run(lambda tx: [keep(tx, database, name), tx.emit(visit())])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnDatabase]:
    with OwnDatabase(tmp_path_factory.mktemp("own")) as started:
        yield started


@pytest.fixture
def corner(server: OwnDatabase) -> Iterator[Corner]:
    settings = Settings(amqp_uri="amqp://unused", mongodb_uri=server.uri, database_prefix="st_")
    database = open_database(settings, new_id())
    ensure_indexes(database, {**KERNEL_INDEXES, "things": []})
    yield database
    database.client.close()


def run(server: OwnDatabase, corner: Corner, crash_at: str) -> int:
    """The exit status of a process that tells twice; what it left open is forgotten at once."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, server.uri, corner.name],
        env={**os.environ, "CRASH_AT": crash_at, "PYTHONPATH": os.getcwd()},
        timeout=60,
        check=False,
    )
    server.forget_the_dead()
    return done.returncode


@pytest.mark.parametrize(
    ("crash_at", "status", "things"),
    [
        ("transaction.before_commit", 137, set()),
        ("transaction.before_commit:2", 137, {"first"}),
        ("transaction.after_commit", 137, {"first"}),
        ("", 0, {"first", "second"}),
    ],
)
def test_a_dying_process_leaves_all_or_nothing(
    server: OwnDatabase, corner: Corner, crash_at: str, status: int, things: set[str]
) -> None:
    assert run(server, corner, crash_at) == status
    assert kept(corner) == things
    assert numbers(corner).get("visit/v1", []) == list(range(1, len(things) + 1))


def test_who_comes_after_the_dead_goes_on_without_a_gap(
    server: OwnDatabase, corner: Corner
) -> None:
    run(server, corner, "transaction.before_commit")
    assert run(server, corner, "") == 0
    assert numbers(corner) == {"visit/v1": [1, 2]}
