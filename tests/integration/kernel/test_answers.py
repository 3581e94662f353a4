"""Under one Idempotency-Key there is one effect and one answer, in memory and for real."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database

from kernel.clock import new_id
from kernel.group_commit import GroupCommit
from kernel.transaction import Answer, KeyReused, Once, Transaction
from tests.integration.kernel.builders import keep, kept, numbers, transactions, visit

Corner = Database[dict[str, Any]]
Work = Callable[[Transaction], Answer]


def working(corner: Corner) -> Work:
    def work(transaction: Transaction) -> Answer:
        id = transaction.new_id()
        keep(transaction, corner, id)
        transaction.emit(visit("counted"))
        return {"id": id, "title": "测试"}

    return work


def test_asking_again_gives_the_same_answer_and_no_second_effect(corner: Corner) -> None:
    service, once = transactions(corner), Once("door/k", "f")
    first = service.answer(once, working(corner))
    assert service.answer(once, working(corner)) == first
    assert kept(corner) == {first["id"]} and numbers(corner) == {"visit/counted": [1]}


def test_the_same_key_for_something_else_is_refused(corner: Corner) -> None:
    service = transactions(corner)
    service.answer(Once("door/k", "f"), working(corner))
    with pytest.raises(KeyReused):
        service.answer(Once("door/k", "g"), working(corner))
    assert len(kept(corner)) == 1


def test_a_refusal_is_not_kept(corner: Corner) -> None:
    service, once = transactions(corner), Once("door/k", "f")

    def refusing(_: Transaction) -> Answer:
        raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        service.answer(once, refusing)
    assert service.answer(once, working(corner))["id"] in kept(corner)


def test_fifty_at_once_with_one_key_have_one_effect(corner: Corner) -> None:
    service, once = transactions(corner, deadline=30), Once("door/k", "f")
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: service.answer(once, working(corner)), range(50)))
    assert len({answer["id"] for answer in answers}) == 1
    assert len(kept(corner)) == 1 and numbers(corner) == {"visit/counted": [1]}


def test_fifty_at_once_that_collide_with_themselves_get_the_kept_answer(corner: Corner) -> None:
    service, once = transactions(corner, deadline=30), Once("door/k", "f")

    def work(transaction: Transaction) -> Answer:
        keep(transaction, corner, "only one")
        return {"nonce": transaction.new_id()}

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: service.answer(once, work), range(50)))
    assert len({answer["nonce"] for answer in answers}) == 1


def test_a_group_answers_each_by_its_own_key(corner: Corner) -> None:
    service = transactions(corner)
    old = service.answer(Once("k0", "f"), working(corner))
    asked = [Once("k0", "f"), Once("k0", "other"), None, Once("k1", "f"), Once("k1", "f"), None]

    def work(transaction: Transaction, places: list[int]) -> list[Answer | Exception]:
        assert places == [2, 3, 5]
        return [working(corner)(transaction), working(corner)(transaction), ValueError("full")]

    outcomes = service.answer_all(asked, work)
    assert outcomes[0] == old and isinstance(outcomes[1], KeyReused)
    assert outcomes[3] == outcomes[4] != outcomes[2] and isinstance(outcomes[5], ValueError)
    assert len(kept(corner)) == 3


def test_a_group_commit_keeps_keys_apart_and_together(real: Corner) -> None:
    service = transactions(real, deadline=30)

    def commit(items: list[Once]) -> list[Answer | Exception]:
        def work(transaction: Transaction, places: list[int]) -> list[Answer | Exception]:
            return [working(real)(transaction) for _ in places]

        return service.answer_all(items, work)

    group: GroupCommit[Once, Answer] = GroupCommit(commit)
    keys = [new_id() for _ in range(20)] * 5
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda key: group.submit(Once(key, "f")), keys))
    by_key = dict(zip(keys, answers, strict=True))
    assert all(answer == by_key[key] for key, answer in zip(keys, answers, strict=True))
    assert kept(real) == {answer["id"] for answer in by_key.values()} and len(by_key) == 20
    assert numbers(real) == {"visit/counted": list(range(1, 21))}
