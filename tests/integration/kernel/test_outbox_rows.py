"""What the relay reads and marks: entries of many facts, of which some may be blocked."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.database import Database

from kernel.envelope import parse
from kernel.outbox import all_rows
from kernel.relay import unblock
from kernel.relay.rows import Row, Rows
from kernel.vault import MemoryVault
from tests.integration.kernel.builders import NOON, contact, emit, transactions

Corner = Database[dict[str, Any]]


@pytest.fixture
def corner(real: Corner) -> Corner:
    """Two entries wait: one with a, b and c, one with d."""
    service = transactions(real)
    service.run(lambda transaction: emit(transaction, *"abc"))
    service.run(lambda transaction: emit(transaction, "d"))
    return real


def names(rows: list[Row]) -> str:
    return "".join(row.subject.removeprefix("visit/") for row in rows)


def states(corner: Corner) -> list[str]:
    return [entry["state"] for entry in corner["outbox"].find().sort("_id", 1)]


def test_whole_entries_wait_oldest_first(corner: Corner) -> None:
    rows = Rows(corner)
    assert names(rows.pending(10)) == "abcd" and names(rows.pending(1)) == "abc"
    assert rows.count("pending") == 4 and rows.oldest_pending() == NOON
    [first, *_] = rows.pending(10)
    assert parse(rows.text(first)).id == first.id


def test_an_entry_is_sent_when_all_of_it_is(corner: Corner) -> None:
    rows = Rows(corner)
    a, b, c, d = rows.pending(10)
    rows.mark_sent([a.id, d.id], NOON)
    assert states(corner) == ["pending", "sent"] and names(rows.pending(10)) == "bc"
    assert names(Rows(corner).pending(10)) == "abc"  # another relay does not know, and tells again
    rows.mark_sent([b.id, c.id], NOON)
    assert states(corner) == ["sent", "sent"] and rows.pending(10) == []
    assert corner["outbox"].count_documents({"sent_at": NOON}) == 2


def test_a_blocked_fact_stays_until_it_is_unblocked_and_the_others_are_sent(corner: Corner) -> None:
    rows = Rows(corner)
    a, b, c, d = rows.pending(10)
    rows.mark_sent([a.id, d.id], NOON)
    rows.mark_blocked({b.id: "nobody listens"})
    assert states(corner) == ["pending", "sent"]
    assert [(row.id, row.blocked) for row in Rows(corner).pending(10)] == [
        (b.id, True),
        (c.id, False),
    ]
    rows.mark_sent([c.id], NOON)
    assert states(corner) == ["blocked", "sent"] and rows.pending(10) == []
    assert Rows(corner).count("blocked") == 1
    assert names(rows.unsent(["visit/b", "visit/d"], until=d)) == "b"
    assert unblock(corner) == 1 and unblock(corner) == 0
    assert names(rows.pending(10)) == names(Rows(corner).pending(10)) == "b"
    rows.mark_sent([b.id], NOON)
    assert states(corner) == ["sent", "sent"]


def test_one_subject_can_be_unblocked_alone(corner: Corner) -> None:
    rows = Rows(corner)
    waiting = rows.pending(10)
    rows.mark_blocked({row.id: "nobody listens" for row in waiting})
    assert states(corner) == ["blocked", "blocked"] and rows.count("blocked") == 4
    assert unblock(corner, subjects=["visit/c"]) == 1
    assert [row.subject for row in Rows(corner).pending(10) if not row.blocked] == ["visit/c"]


def test_private_facts_are_opened_for_the_way(real: Corner) -> None:
    vault = MemoryVault()
    transactions(real, vault=vault).run(lambda transaction: transaction.emit(contact()))
    rows = Rows(real, vault)
    [row] = rows.pending(10)
    assert row.private and b"13900000001" in rows.text(row)
    assert len(all_rows(real)) == 1
