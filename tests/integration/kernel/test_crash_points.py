"""A process that dies just before or just after its commit: nothing, or all of it (P1, P3)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from pymongo.database import Database

from tests.integration.kernel.builders import kept, numbers

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


def run(corner: Corner, uri: str, crash_at: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, uri, corner.name],
        env={**os.environ, "CRASH_AT": crash_at, "PYTHONPATH": os.getcwd()},
        timeout=30,
        check=False,
    )
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
    real: Corner, mongodb_uri: str, crash_at: str, status: int, things: set[str]
) -> None:
    assert run(real, mongodb_uri, crash_at) == status
    assert kept(real) == things
    assert numbers(real).get("visit/v1", []) == list(range(1, len(things) + 1))


def test_who_comes_after_the_dead_goes_on_without_a_gap(real: Corner, mongodb_uri: str) -> None:
    run(real, mongodb_uri, "transaction.before_commit")
    assert run(real, mongodb_uri, "") == 0
    assert numbers(real) == {"visit/v1": [1, 2]}
