"""Windows of tries move with the clock and forget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kernel.clock import FixedClock
from kernel.tries import Tries

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


def test_after_too_many_it_says_when_the_next_is_taken() -> None:
    clock = FixedClock(NOON)
    tries = Tries(clock)
    assert [tries.take("a", "me", most=2, seconds=60) for _ in range(2)] == [0, 0]
    clock.advance(timedelta(seconds=20))
    assert tries.take("a", "me", most=2, seconds=60) == 40
    clock.advance(timedelta(seconds=40))
    assert tries.take("a", "me", most=2, seconds=60) == 0


def test_a_refused_try_is_not_counted() -> None:
    clock = FixedClock(NOON)
    tries = Tries(clock)
    for _ in range(5):
        tries.take("a", "me", most=1, seconds=60)
        clock.advance(timedelta(seconds=12))
    assert tries.wait("a", "me", most=1, seconds=60) == 0


def test_kinds_and_people_are_counted_apart() -> None:
    tries = Tries(FixedClock(NOON))
    assert tries.take("a", "me", most=1, seconds=60) == 0
    assert tries.take("b", "me", most=1, seconds=60) == 0
    assert tries.take("a", "you", most=1, seconds=60) == 0
    assert tries.wait("a", "me", most=1, seconds=60) == 60


def test_what_has_run_out_is_thrown_away() -> None:
    clock = FixedClock(NOON)
    tries = Tries(clock)
    for number in range(25_000):
        tries.take("a", str(number), most=1, seconds=60)
        clock.advance(timedelta(seconds=1))
    assert len(tries._windows()._limiter.storage._tries) < 10_001  # type: ignore[attr-defined]


def test_who_succeeds_starts_anew() -> None:
    tries = Tries(FixedClock(NOON))
    for who in ("me", "you"):
        tries.take("a", who, most=1, seconds=60)
    tries.clear("a", "me", most=1, seconds=60)
    assert tries.wait("a", "me", most=1, seconds=60) == 0
    assert tries.wait("a", "you", most=1, seconds=60) == 60
