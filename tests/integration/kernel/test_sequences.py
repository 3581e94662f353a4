"""Facts are numbered per subject without a gap, in memory and on the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database

from kernel.transaction import Transaction
from tests.integration.kernel.builders import emit, numbers, repeated, transactions, visit

Corner = Database[dict[str, Any]]


def test_each_subject_is_numbered_from_one(corner: Corner) -> None:
    service = transactions(corner)
    service.run(lambda transaction: emit(transaction, *"aba"))
    service.run(lambda transaction: emit(transaction, *"cbab"))
    assert numbers(corner) == {"visit/a": [1, 2, 3], "visit/b": [1, 2, 3], "visit/c": [1]}


def test_facts_of_one_transaction_keep_their_order(corner: Corner) -> None:
    service = transactions(corner)
    service.run(lambda transaction: emit(transaction, *(f"v{n:03}" for n in range(250))))
    rows = [entry["facts"] for entry in corner["outbox"].find().sort("_id", 1)]
    assert [len(facts) for facts in rows] == [100, 100, 50]
    subjects = [fact["subject"] for facts in rows for fact in facts]
    assert subjects == sorted(subjects) and repeated(corner) == []


def test_a_transaction_that_failed_uses_no_number(corner: Corner) -> None:
    service = transactions(corner)
    service.run(lambda transaction: transaction.emit(visit()))

    def failing(transaction: Transaction) -> None:
        transaction.emit(visit())
        raise ValueError

    with pytest.raises(ValueError):
        service.run(failing)
    service.run(lambda transaction: transaction.emit(visit()))
    assert numbers(corner) == {"visit/v1": [1, 2]}


def test_eight_threads_on_one_subject_leave_no_gap(corner: Corner) -> None:
    service = transactions(corner, deadline=30)

    def tell(number: int) -> None:
        service.run(lambda transaction: emit(transaction, *["v1"] * (1 + number % 2)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(tell, range(80)))
    assert numbers(corner) == {"visit/v1": list(range(1, 121))}
    assert repeated(corner) == []


def test_without_the_retry_the_same_threads_do_collide(real: Corner) -> None:
    service = transactions(real, deadline=0.0)

    def tell(_: int) -> bool:
        try:
            service.run(lambda transaction: transaction.emit(visit()))
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(tell, range(80)))
    assert not all(outcomes)
