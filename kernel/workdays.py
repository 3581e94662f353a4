"""Public holidays and working days of the mainland, by the State Council's yearly notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from logging import getLogger

import chinese_calendar

log = getLogger(__name__)
_FRIDAY = 4


@dataclass(frozen=True, kw_only=True)
class Due:
    """The day on which so many working days are over; `provisional` while a year is not known."""

    day: date
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """How many working days; `provisional` while a year is not known."""

    days: int
    provisional: bool = False


def public_holiday(day: date) -> bool | None:
    """Whether the day belongs to a public holiday; an ordinary weekend does not.

    None, with a warning, for a year whose notice the package does not hold yet (it knows 2004 to
    2026): who asks falls back to the days of the week and marks what comes of it as provisional,
    never crashes (C-19).
    """
    try:
        free, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        _warn(day.year)
        return None
    return bool(free and holiday)


def add_working_days(day: date, number: int) -> Due:
    """The last of the first `number` working days after `day`: the day after it is day 1 (C-19).

    Weekends that a notice makes working days count, public holidays do not. In a year whose notice
    is not known Monday to Friday count, with one warning for the year, and the answer is
    provisional. ValueError for a number below 1.
    """
    if number < 1:
        raise ValueError(f"{number} working days after a day")
    unknown: set[int] = set()
    left = number
    for each in _days_after(day):
        left -= _is_worked(each, unknown)
        if not left:
            break
    return Due(day=each, provisional=_told(unknown))


def working_days_between(first: date, last: date) -> WorkingDays:
    """How many working days come after `first` up to and including `last`; none if it is not later.

    `add_working_days(first, n).day` is the first day with n of them. Unknown years as there.
    """
    unknown: set[int] = set()
    number = 0
    for day in _days_after(first):
        if day > last:
            break
        number += _is_worked(day, unknown)
    return WorkingDays(days=number, provisional=_told(unknown))


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day


def _is_worked(day: date, unknown: set[int]) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        unknown.add(day.year)
        return day.weekday() <= _FRIDAY


def _told(unknown: set[int]) -> bool:
    """Whether there are unknown years; each is warned of."""
    for year in sorted(unknown):
        _warn(year)
    return bool(unknown)


def _warn(year: int) -> None:
    log.warning("holidays of %d are not known: only the days of the week are heeded", year)
