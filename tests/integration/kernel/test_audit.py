"""The audit log on the real database: one chain however many write at once, and its command."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database

from kernel.audit.act import Act, acting
from kernel.audit.book import ROWS, Book
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transaction
from ops.__main__ import main
from tests.integration.kernel.builders import transactions
from tests.rig.where import Where

Corner = Database[dict[str, Any]]


def decide(corner: Corner, number: int) -> None:
    """A change with its row."""
    def work(transaction: Transaction) -> None:
        corner["things"].insert_one({"_id": number}, session=transaction.session)
        transaction.note({}, {"thing": number})

    with acting(Act(kind="changed", by=f"m{number}", what="decide", place="POST /staff/things")):
        transactions(corner, deadline=60).run(work)


def test_acts_of_four_threads_are_one_chain_with_a_row_for_each_change(real: Corner) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: decide(real, number), range(24)))
    rows = Book(real).since(0, limit=100)
    assert [row["number"] for row in rows] == list(range(1, 25))
    assert {row["after"]["thing"] for row in rows} == set(range(24))
    assert list(Book(real).faults()) == []


def test_verify_says_which_row_of_which_service_was_altered(
        mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in (("MONGODB_URI", mongodb_uri), ("DATABASE_PREFIX", database_name),
                        ("AMQP_URI", "amqp://nobody@127.0.0.1:1/")):
        monkeypatch.setenv(name, value)
    database = open_database(Where(mongodb_uri, database_name), "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, "things": []})
    for number in range(3):
        decide(database, number)
    assert main(["audit", "verify"]) == 0
    told = capsys.readouterr().out
    assert "events: 0 rows, no faults" in told and "stats: 3 rows, no faults" in told
    seen = told.split()[-1]
    assert main(["audit", "verify", "--service", "stats", "--seen", seen]) == 0
    assert main(["audit", "verify", "--seen", f"stats:2:{seen.rpartition(':')[2]}"]) == 1
    assert "stats: row 2: is not the one that was written down" in capsys.readouterr().out
    database[ROWS].update_one({"_id": 2}, {"$set": {"by": "somebody-else"}})
    assert main(["audit", "verify"]) == 1
    assert "stats: row 2: was changed" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["audit", "verify", "--seen", "stats:2"])
    database.client.close()
