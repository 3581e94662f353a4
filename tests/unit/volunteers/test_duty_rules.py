"""Ten working days by the official calendar, as the vectors of C-19 give them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.volunteers.domain.duty import began_by, is_late, reckon
from tests.unit.volunteers.builders import an_entry, at, attended, worth

VECTORS = [
    ("2025-09-28", "2025-10-17"), ("2025-09-30", "2025-10-21"), ("2025-04-30", "2025-05-19"),
    ("2025-12-31", "2026-01-15"), ("2026-02-13", "2026-03-05"), ("2026-09-30", "2026-10-20"),
]


def day(text: str) -> date:
    return date.fromisoformat(text)


def stands(ended: str, today: date) -> Any:
    return reckon(day(ended), today, days=10, warning=8)


@pytest.mark.parametrize(("ended", "due"), VECTORS)
def test_c_19_the_last_day_is_the_tenth_working_day(ended: str, due: str) -> None:
    last = day(due)
    found = stands(ended, last)
    assert (found.due, found.left, found.standing, found.provisional) == (last, 0, "warned", False)
    assert stands(ended, last + timedelta(days=1)).standing == "overdue"


def test_c_19_day_eight_warns_and_working_days_are_counted_down() -> None:
    seen = [(stands("2026-09-01", day(f"2026-09-{number:02}")).standing,
             stands("2026-09-01", day(f"2026-09-{number:02}")).left) for number in (1, 10, 11, 15)]
    assert seen == [("due", 10), ("due", 3), ("warned", 2), ("warned", 0)]
    assert stands("2026-09-01", day("2026-09-16")).left == -1


def test_c_19_an_unknown_year_is_provisional_and_never_a_crash() -> None:
    found = stands("2027-03-01", day("2027-03-02"))
    assert (found.due, found.provisional) == (day("2027-03-15"), True)


@pytest.mark.parametrize("today", ["2025-10-08", "2025-10-17", "2025-10-18", "2026-02-20"])
@pytest.mark.parametrize("days", [8, 10])
@pytest.mark.parametrize("last_day", [False, True])
def test_c_19_what_is_asked_of_the_database_is_what_is_reckoned(
    today: str, days: int, last_day: bool
) -> None:
    border = began_by(day(today), days, last_day=last_day)
    for back in range(40):
        ended = day(today) - timedelta(days=back)
        due = reckon(ended, day(today), days=days, warning=days).due
        is_over = due < day(today) or (last_day and due == day(today))
        assert (at("23:59", ended.isoformat()) < border) == is_over


def test_c_19_what_comes_after_the_last_day_counts_and_is_marked() -> None:
    [line] = worth(attended("07:20", "09:10"))
    in_time = replace(an_entry(line), entered_at=at("23:59", "2026-09-15"))
    late = replace(in_time, entered_at=at("00:00", "2026-09-16"))
    assert [is_late(each, 10) for each in (in_time, late)] == [False, True]
    others = replace(late, because="other_session")
    assert not any(is_late(each, 10) for each in (others, replace(late, reverses="e", minutes=-90)))
