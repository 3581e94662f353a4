"""A change and the facts that tell it: both or neither, in memory and on the real database."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from contracts.event import InvalidFact
from kernel.clock import local_day
from kernel.outbox import VaultMissing, all_rows
from kernel.telling import FactTooLarge
from kernel.transaction import Transaction, Transactions
from kernel.vault import MemoryVault
from tests.integration.kernel.builders import (
    NOON,
    contact,
    heard,
    keep,
    kept,
    told,
    transactions,
    visit,
)

Corner = Database[dict[str, Any]]


def test_a_change_and_its_facts_are_kept_together(corner: Corner) -> None:
    def work(transaction: Transaction) -> str:
        keep(transaction, corner, "a")
        transaction.emit(visit("v1"))
        transaction.emit(visit("v2"))
        return "done"

    assert transactions(corner).run(work) == "done"
    assert kept(corner) == {"a"}
    assert [fact["subject"] for fact in told(corner)] == ["visit/v1", "visit/v2"]


def test_work_that_fails_leaves_nothing(corner: Corner) -> None:
    transactions(corner).run(lambda transaction: keep(transaction, corner, "before"))

    def work(transaction: Transaction) -> None:
        things = corner["things"]
        keep(transaction, corner, "a")
        things.update_one({"_id": "before"}, {"$set": {"x": 1}}, session=transaction.session)
        things.delete_one({"_id": "before"}, session=transaction.session)
        transaction.emit(visit())
        raise ValueError("a broken rule")

    with pytest.raises(ValueError, match="a broken rule"):
        transactions(corner).run(work)
    assert list(corner["things"].find()) == [{"_id": "before"}]
    assert told(corner) == [] and corner["sequences"].count_documents({}) == 0


@pytest.mark.parametrize("fact", [visit("v" * 200_000), contact()], ids=["too large", "no vault"])
def test_a_fact_that_cannot_be_told_undoes_the_change(corner: Corner, fact: Any) -> None:
    plain = Transactions(corner, source="/tests", clock=lambda: NOON)

    def work(transaction: Transaction) -> None:
        keep(transaction, corner, "a")
        transaction.emit(fact)

    with pytest.raises((FactTooLarge, VaultMissing, InvalidFact)):
        plain.run(work)
    assert kept(corner) == set() and all_rows(corner) == []


def test_a_duplicate_key_of_the_work_leaves_as_it_is(corner: Corner) -> None:
    service = transactions(corner)
    service.run(lambda transaction: keep(transaction, corner, "a"))
    started = time.monotonic()
    with pytest.raises(DuplicateKeyError):
        service.run(lambda transaction: keep(transaction, corner, "a"))
    assert time.monotonic() - started < 1.0


def test_the_envelope_says_who_told_when_and_why(corner: Corner) -> None:
    cause = heard("v9")
    transactions(corner).run(lambda transaction: transaction.emit(visit()), cause=cause)
    [fact] = told(corner)
    assert (fact["source"], fact["type"]) == ("/tests", "events.visit_recorded.v1")
    assert fact["time"] == "2021-09-01T04:00:00Z"
    assert (fact["causationid"], fact["correlationid"]) == (cause.id, cause.correlationid)


def test_a_call_gives_its_correlation_to_the_facts_that_have_no_other_cause(corner: Corner) -> None:
    service = transactions(corner)
    service.run(lambda transaction: transaction.emit(visit(), correlation="call-1"))
    service.run(lambda transaction: transaction.emit(visit("v2")))
    first, second = told(corner)
    assert first["correlationid"] == "call-1"
    assert second["correlationid"] == second["id"]


def test_private_facts_are_sealed_in_the_outbox(corner: Corner) -> None:
    vault = MemoryVault()
    transactions(corner, vault=vault).run(lambda transaction: transaction.emit(contact()))
    assert "13900000001" not in repr(list(corner["outbox"].find()))
    assert told(corner, vault)[0]["data"]["phone"] == "13900000001"


def test_nothing_can_be_told_when_the_transaction_is_over(corner: Corner) -> None:
    leaked = transactions(corner).run(lambda transaction: transaction)
    with pytest.raises(RuntimeError, match="over"):
        leaked.emit(visit())


def test_moments_come_back_as_they_were_told(corner: Corner) -> None:
    def work(transaction: Transaction) -> None:
        thing = {"_id": "a", "at": transaction.now}
        corner["things"].insert_one(thing, session=transaction.session)

    transactions(corner).run(work)
    [thing] = corner["things"].find()
    assert thing["at"] == NOON and local_day(thing["at"]).isoformat() == "2021-09-01"
