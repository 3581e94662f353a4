"""Moments, days in Shanghai and ids."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.clock import FixedClock, local_day, new_id, system_clock

LATE = datetime(2021, 8, 31, 16, 0, 0, 123_456, tzinfo=UTC)  # midnight in Shanghai


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    assert local_day(LATE) == date(2021, 9, 1)
    assert local_day(LATE - timedelta(seconds=1)) == date(2021, 8, 31)


def test_a_moment_without_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2021, 9, 1))  # noqa: DTZ001


def test_clocks_tell_what_the_database_keeps() -> None:
    assert system_clock().microsecond % 1000 == 0 and system_clock().tzinfo is UTC
    assert FixedClock(LATE)().microsecond == 123_000


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(LATE)
    before = clock()
    clock.advance(timedelta(hours=1))
    assert clock() - before == timedelta(hours=1)
    with pytest.raises(ValueError, match="offset"):
        FixedClock(datetime(2021, 9, 1))  # noqa: DTZ001


def test_ids_differ_and_are_plain() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000 and all(len(id) == 32 and id.isalnum() for id in ids)
