"""Calendar periods and what they are compared with: the one before (环比), a year before (同比)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = ("day", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, kw_only=True)
class Period:
    """Local days, both inclusive (C-44); `until` is earlier than `last` while it is not over."""

    unit: str
    first: date
    last: date
    until: date


def period_of(unit: str, day: date, *, today: date) -> Period:
    """The period in which the day lies, as far as it has come today."""
    if unit == "day":
        return Period(unit=unit, first=day, last=day, until=day)
    months = _MONTHS[unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = _shifted(first, months) - timedelta(days=1)
    return Period(unit=unit, first=first, last=last,
                  until=today if first <= today < last else last)


def days_of(unit: str, name: str) -> tuple[date, date]:
    """First and last day of a day, month or year by its name: 2021-09-30, 2021-09, 2021."""
    first = date.fromisoformat(f"{name}-01-01"[:10])
    return first, period_of(unit, first, today=first).last


def before(period: Period) -> Period:
    """The period just before, as far into it: one that is not over is compared like with like."""
    if period.unit == "day":
        return _cut(period, period.first - timedelta(days=1))
    return _cut(period, _shifted(period.first, -_MONTHS[period.unit]))


def a_year_before(period: Period) -> Period:
    """The same period one year before; 29 February is compared with the 28th."""
    first = period.first
    last_day = monthrange(first.year - 1, first.month)[1]
    return _cut(period, first.replace(year=first.year - 1, day=min(first.day, last_day)))


def _cut(like: Period, first: date) -> Period:
    if like.unit == "day":
        return Period(unit="day", first=first, last=first, until=first)
    last = _shifted(first, _MONTHS[like.unit]) - timedelta(days=1)
    is_over = like.until == like.last
    until = last if is_over else min(last, first + (like.until - like.first))
    return Period(unit=like.unit, first=first, last=last, until=until)


def _shifted(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
