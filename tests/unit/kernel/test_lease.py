"""The relay's lease, with a clock that stands still until it is told to move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from kernel.memory import memory_database
from kernel.relay.lease import SPAN, Lease


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def leases(database: Database[dict[str, Any]], time: Seconds) -> tuple[Lease, Lease]:
    return Lease(database, "one", monotonic=time), Lease(database, "two", monotonic=time)


def held(lease: Lease, time: Seconds, seconds: int) -> bool:
    """Whether it holds after looking every second."""
    for _ in range(seconds):
        time.now += 1
        found = lease.held()
    return found


def test_the_first_relay_holds_and_the_second_stands_by() -> None:
    time = Seconds()
    one, two = leases(memory_database(), time)

    for _ in range(20):
        time.now += 1
        assert one.held() and not two.held()


def test_a_relay_that_fell_silent_is_replaced() -> None:
    time = Seconds()
    one, two = leases(memory_database(), time)
    assert one.held()

    assert not held(two, time, int(SPAN))
    assert held(two, time, 2)
    assert not held(one, time, 1), "it notices when it wakes up"


def test_a_relay_that_leaves_lets_the_other_begin_at_once() -> None:
    time = Seconds()
    one, two = leases(memory_database(), time)
    assert one.held() and not two.held()

    one.release()

    assert held(two, time, 1)


def test_releasing_does_not_take_the_lease_from_another() -> None:
    time = Seconds()
    one, two = leases(memory_database(), time)
    assert one.held()

    two.release()

    assert held(one, time, 1) and not held(two, time, 1)


def test_the_database_is_asked_once_a_second_at_most() -> None:
    time, database = Seconds(), memory_database()
    one, _ = leases(database, time)
    for _ in range(100):
        time.now += 0.01
        assert one.held()

    assert database["leases"].find_one()["beat"] <= 1  # type: ignore[index]
