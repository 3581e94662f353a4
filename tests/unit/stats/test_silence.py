"""The wall's alarm: facts stopped coming at a time when they are expected."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from kernel.clock import SHANGHAI
from services.stats.domain.silence import Expected, silent_for


def at(hour: int, minute: int = 0, day: int = 30) -> datetime:
    return datetime(2021, 9, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("told_at", "now", "minutes"), [
    (at(12), at(12, 30), None),  # just so
    (at(12), at(12, 31), 31),
    (at(21, 50, 29), at(7, 59), None),  # at night nobody wonders
    (at(21, 50, 29), at(8, 30), None),  # the night does not count
    (at(21, 50, 29), at(8, 31), 10 * 60 + 41),
    (at(21), at(22), None),
    (None, at(12), None),
])
def test_silence_counts_within_the_hours_in_which_facts_are_expected(
        told_at: datetime | None, now: datetime, minutes: int | None) -> None:
    silent = silent_for(told_at, now, Expected())
    assert silent == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(("now", "silent"), [(at(23), True), (at(1), True), (at(12), False)])
def test_hours_may_go_across_midnight(now: datetime, silent: bool) -> None:
    nights = Expected(hours=(time(20), time(2)), within=timedelta(minutes=5))
    assert bool(silent_for(now - timedelta(hours=2), now, nights)) is silent


def test_hours_that_end_when_they_begin_are_all_day() -> None:
    always = Expected(hours=(time(0), time(0)), within=timedelta(minutes=5))
    assert silent_for(at(23, 50, 29), at(0, 1), always) == timedelta(minutes=11)
