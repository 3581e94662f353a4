"""Group commit: one commit for all who wait, each its own answer, nobody stuck."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from kernel.group_commit import GroupCommit, Overloaded
from kernel.mongo import Unavailable
from tests.waiting import eventually


class Gate:
    """A commit that waits until it is let through and notes its groups."""

    def __init__(self, fail: Exception | None = None, *, alone: bool = True) -> None:
        self.groups: list[list[int]] = []
        self.leaders: list[int] = []
        self.open = threading.Event()
        self.fail, self.alone = fail, alone

    def commit(self, items: list[int]) -> Sequence[int | Exception]:
        self.groups.append(items)
        self.leaders.append(threading.get_ident())
        assert self.open.wait(10)
        if self.fail and (len(items) > 1 or not self.alone):
            raise self.fail
        return [item * 10 if item % 7 else ValueError(f"no {item}") for item in items]


def rush(gate: Gate, count: int, **options: Any) -> list[Future[int]]:
    """The first commits alone; the others come while it is under way."""
    group: GroupCommit[int, int] = GroupCommit(gate.commit, **options)
    threads = ThreadPoolExecutor(count)
    futures = [threads.submit(group.submit, 1)]
    eventually(lambda: len(gate.groups) == 1)
    for item in range(2, count + 1):
        futures.append(threads.submit(group.submit, item))
        eventually(lambda item=item: len(group._line) == item - 1)  # type: ignore[misc]
    gate.open.set()
    threads.shutdown(wait=True)
    return futures


def test_who_comes_during_a_commit_shares_the_next_one_in_order() -> None:
    gate = Gate()
    futures = rush(gate, 6)
    assert [future.result() for future in futures] == [10, 20, 30, 40, 50, 60]
    assert gate.groups == [[1], [2, 3, 4, 5, 6]]


def test_each_group_is_led_by_one_of_its_own() -> None:
    gate = Gate()
    rush(gate, 7, largest=2)
    assert [len(group) for group in gate.groups] == [1, 2, 2, 2]
    assert len(set(gate.leaders)) == 4


def test_a_refused_item_does_not_trouble_the_others() -> None:
    futures = rush(Gate(), 8)
    with pytest.raises(ValueError, match="no 7"):
        futures[6].result()
    assert futures[7].result() == 80


def test_when_a_group_fails_each_is_tried_alone_once() -> None:
    gate = Gate(RuntimeError("one of them is bad"))
    futures = rush(gate, 4)
    assert [future.result() for future in futures] == [10, 20, 30, 40]
    assert gate.groups == [[1], [2, 3, 4], [2], [3], [4]]


def test_an_unavailable_database_is_not_asked_again_for_each() -> None:
    gate = Gate(Unavailable("away"), alone=False)
    for future in rush(gate, 5):
        with pytest.raises(Unavailable):
            future.result()
    assert len(gate.groups) == 2


def test_too_many_in_line_are_refused_at_once() -> None:
    gate = Gate()
    group: GroupCommit[int, int] = GroupCommit(gate.commit, waiting=2)
    with ThreadPoolExecutor(3) as threads:
        futures = [threads.submit(group.submit, 1)]
        eventually(lambda: len(gate.groups) == 1)
        futures += [threads.submit(group.submit, item) for item in (2, 3)]
        eventually(lambda: len(group._line) == 2)
        with pytest.raises(Overloaded):
            group.submit(4)
        gate.open.set()
    assert sorted(future.result() for future in futures) == [10, 20, 30]


def test_a_leader_who_is_killed_leaves_the_others_served() -> None:
    gate = Gate()
    killed: list[int] = []

    def commit(items: list[int]) -> Sequence[int | Exception]:
        outcomes = gate.commit(items)
        if items == [2, 3]:
            killed.extend(items)
            raise SystemExit
        return outcomes

    group: GroupCommit[int, int] = GroupCommit(commit, largest=2)
    with ThreadPoolExecutor(5) as threads:
        futures = [threads.submit(group.submit, 1)]
        eventually(lambda: len(gate.groups) == 1)
        for item in (2, 3, 4):
            futures.append(threads.submit(group.submit, item))
            eventually(lambda item=item: len(group._line) == item - 1)  # type: ignore[misc]
        gate.open.set()
    assert isinstance(futures[1].exception(), SystemExit)
    assert isinstance(futures[2].exception(), Unavailable)
    assert futures[3].result() == 40 and group.submit(5) == 50


def test_a_commit_that_answers_too_few_is_an_error_for_everyone() -> None:
    group: GroupCommit[int, int] = GroupCommit(lambda items: items[1:])
    with pytest.raises(RuntimeError, match="0 outcomes for 1"):
        group.submit(1)


def test_many_threads_all_get_their_own_answer() -> None:
    group: GroupCommit[int, int] = GroupCommit(lambda items: [item * 10 for item in items])
    with ThreadPoolExecutor(32) as threads:
        results = list(threads.map(group.submit, range(2000)))
    assert results == [item * 10 for item in range(2000)]
