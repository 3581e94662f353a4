"""Working days by the official calendar, and what is said of years that it does not hold (C-19)."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest

from kernel.workdays import Due, add_working_days, public_holiday, working_days_between

VECTORS = [
    ("2025-09-28", "2025-10-17"),  # a Sunday that is worked, then the long holiday
    ("2025-09-30", "2025-10-21"),
    ("2025-04-30", "2025-05-19"),
    ("2025-12-31", "2026-01-15"),
    ("2026-02-13", "2026-03-05"),
    ("2026-09-30", "2026-10-20"),
]


@pytest.mark.parametrize(("end", "due"), VECTORS)
def test_c19_ten_working_days_after_the_end(end: str, due: str) -> None:
    expected = Due(day=date.fromisoformat(due))
    assert add_working_days(date.fromisoformat(end), 10) == expected


@pytest.mark.parametrize(("end", "due"), VECTORS)
def test_c19_counting_and_adding_agree(end: str, due: str) -> None:
    first, last = date.fromisoformat(end), date.fromisoformat(due)
    assert working_days_between(first, last).days == 10
    assert working_days_between(first, last - timedelta(days=1)).days == 9
    assert working_days_between(last, first).days == 0


def test_c19_a_year_without_notice_warns_and_goes_by_the_days_of_the_week(
        caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        due = add_working_days(date(2039, 12, 30), 10)
    assert due == Due(day=date(2040, 1, 13), provisional=True)
    assert [record.message for record in caplog.records] == [
        f"holidays of {year} are not known: only the days of the week are heeded"
        for year in (2039, 2040)
    ]


def test_c19_only_what_reaches_an_unknown_year_is_provisional() -> None:
    assert not add_working_days(date(2026, 12, 16), 10).provisional  # ends on 30 December
    over = add_working_days(date(2026, 12, 21), 10)
    assert over.provisional and over.day == date(2027, 1, 4)
    assert working_days_between(date(2026, 12, 31), date(2027, 1, 1)).provisional


def test_the_day_itself_is_not_counted_and_none_is_no_number() -> None:
    assert add_working_days(date(2026, 9, 1), 1).day == date(2026, 9, 2)
    with pytest.raises(ValueError, match="0 working days"):
        add_working_days(date(2026, 9, 1), 0)


def test_a_holiday_is_no_weekend_and_no_worked_one() -> None:
    assert public_holiday(date(2021, 10, 1)) is True
    assert public_holiday(date(2021, 10, 3)) is True
    assert public_holiday(date(2021, 10, 16)) is False
    assert public_holiday(date(2021, 10, 9)) is False
    assert public_holiday(date(2040, 1, 1)) is None
