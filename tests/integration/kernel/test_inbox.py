"""What a consumer has heard it acts on once, in memory and on the real database."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from kernel import inbox, outbox
from kernel.envelope import Envelope
from kernel.inbox import Inbox
from kernel.transaction import Transaction
from tests.integration.kernel.builders import NOON, heard, keep, kept, numbers, transactions, visit

Corner = Database[dict[str, Any]]


class Consumer:
    """Keeps one document and tells one fact for each envelope; counts how often it is called."""

    def __init__(self, corner: Corner, name: str = "tests.keep") -> None:
        self.corner, self.name, self.calls = corner, name, 0
        self.transactions = transactions(corner, deadline=30)

    def hear(self, envelopes: Sequence[Envelope]) -> None:
        self.transactions.hear(self.name, envelopes, self._work)

    def _work(self, transaction: Transaction, fresh: list[Envelope]) -> None:
        self.calls += 1
        for envelope in fresh:
            keep(transaction, self.corner, f"{self.name}:{envelope.id}")
            transaction.emit(visit("effects"))


def test_what_is_heard_twice_acts_once(corner: Corner) -> None:
    consumer, one = Consumer(corner), heard()
    consumer.hear([one])
    consumer.hear([one])
    consumer.hear([one, one])
    assert consumer.calls == 1 and len(kept(corner)) == 1
    assert numbers(corner) == {"visit/effects": [1]}


def test_a_batch_acts_on_what_is_new_in_its_order(corner: Corner) -> None:
    consumer = Consumer(corner)
    first, second, third = heard("a"), heard("b"), heard("c")
    consumer.hear([second])
    got: list[str] = []
    batch = [third, second, first, third]
    consumer.transactions.hear(
        consumer.name, batch, lambda _, fresh: got.extend(one.id for one in fresh)
    )
    assert got[-2:] == [third.id, first.id] and second.id not in got[-2:]


def test_two_consumers_both_act_on_the_same_fact(corner: Corner) -> None:
    one = heard()
    for name in ("tests.keep", "tests.fold"):
        Consumer(corner, name).hear([one])
    assert kept(corner) == {f"tests.keep:{one.id}", f"tests.fold:{one.id}"}


def test_work_that_fails_has_heard_nothing(corner: Corner) -> None:
    consumer, one = Consumer(corner), heard()

    def failing(transaction: Transaction, fresh: list[Envelope]) -> None:
        keep(transaction, corner, "half")
        raise ValueError(fresh[0].id)

    with pytest.raises(ValueError):
        consumer.transactions.hear(consumer.name, [one], failing)
    assert kept(corner) == set()
    consumer.hear([one])
    assert len(kept(corner)) == 1


def test_a_duplicate_key_of_the_work_is_not_taken_for_heard(corner: Corner) -> None:
    consumer, one = Consumer(corner), heard()

    def twice(transaction: Transaction, _: list[Envelope]) -> None:
        keep(transaction, corner, "same")
        keep(transaction, corner, "same")

    with pytest.raises(DuplicateKeyError):
        consumer.transactions.hear(consumer.name, [one], twice)
    assert corner["inbox"].count_documents({}) == 0


def test_a_fact_heard_alone_is_the_cause_of_what_is_told(corner: Corner) -> None:
    one = heard()
    Consumer(corner).hear([one])
    assert f'"causationid":"{one.id}"' in corner["outbox"].find_one({})["facts"][0]["body"]  # type: ignore[index]


def test_the_same_fact_in_eight_workers_at_once_acts_once(corner: Corner) -> None:
    consumer, one = Consumer(corner), heard()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: consumer.hear([one]), range(32)))
    assert len(kept(corner)) == 1 and numbers(corner) == {"visit/effects": [1]}


def test_old_rows_are_forgotten_per_consumer(corner: Corner) -> None:
    old, new = NOON - timedelta(days=inbox.KEPT_DAYS + 1), NOON
    ids = [f"{outbox.fact_id(outbox.entry_id(at, 0, lambda: '0' * 32), 0)}" for at in (old, new)]
    for name in ("tests.a", "tests.b"):
        corner["inbox"].insert_many([{"_id": f"{name}/{id}"} for id in ids])
    assert Inbox(corner).forget(NOON) == 2
    assert {row["_id"] for row in corner["inbox"].find()} == {
        f"tests.a/{ids[1]}",
        f"tests.b/{ids[1]}",
    }


def test_the_inbox_remembers_longer_than_the_outbox_can_tell_again() -> None:
    assert inbox.KEPT_DAYS >= 2 * outbox.KEPT_DAYS
