"""Calls per second of all workers together: N-17."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.mongo import Unavailable
from services.notifications.store.routes import RouteBook
from services.notifications.usecases.turns import Turns
from tests.unit.notifications.builders import NOW


class Workers:
    """Two workers whose time passes only while one of them waits; `called` is when each called."""

    def __init__(self, rate: float) -> None:
        self.clock = FixedClock(NOW)
        self.book = RouteBook(memory_database())
        self.one, self.other = (
            Turns(self.book, {"a": rate}, clock=self.clock, sleep=self.sleep) for _ in range(2)
        )
        self.called: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def call(self, turns: Turns) -> None:
        turns.wait("a")
        self.called.append(self.clock().timestamp())


@pytest.mark.parametrize("rate", [0.5, 3, 40])
def test_n_17_calls_of_all_workers_are_as_far_apart_as_the_rate_says(rate: float) -> None:
    workers = Workers(rate)
    for number in range(60):
        workers.call(workers.other if number % 3 == 0 else workers.one)
    steps = [later - earlier for earlier, later in pairwise(sorted(workers.called))]
    whole = workers.called[-1] - workers.called[0]
    assert whole >= 59 / rate - 1  # the clock keeps milliseconds
    for start in range(len(workers.called)):
        within = [at for at in workers.called if 0 <= at - workers.called[start] < 0.999]
        assert len(within) <= max(1, rate) + 1
    assert all(step >= 0 for step in steps)


def test_n_17_who_would_wait_too_long_stays_in_its_lane() -> None:
    workers = Workers(10)
    admitted = sum(workers.one.admits("a") for _ in range(50))
    assert admitted == 21  # two seconds' worth
    for _ in range(admitted):
        workers.call(workers.one)
    assert workers.one.admits("a")


def test_n_17_what_was_admitted_and_never_called_is_forgotten() -> None:
    workers = Workers(10)
    while workers.one.admits("a"):
        pass
    workers.clock.advance(timedelta(seconds=11))
    assert workers.one.admits("a")


def test_n_17_a_provider_without_a_rate_is_not_held_back() -> None:
    workers = Workers(1)
    for _ in range(100):
        assert workers.one.admits("b")
        workers.one.wait("b")
    assert workers.clock() == NOW


def test_n_28_without_the_database_a_worker_keeps_the_rate_by_itself() -> None:
    workers = Workers(10)

    def away(*_: object) -> float:
        raise Unavailable

    workers.book.reserve = away  # type: ignore[assignment,method-assign]
    for _ in range(20):
        workers.call(workers.one)
    assert workers.called[-1] - workers.called[0] >= 1.8
