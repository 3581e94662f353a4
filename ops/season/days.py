"""Days and places of the 2021 season: streets, holidays, school days, times of day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from kernel.clock import SHANGHAI

STREETS = ("大鹏", "葵涌", "南澳")
HOLIDAYS_2021 = (
    (date(2021, 2, 8), date(2021, 2, 19)),
    (date(2021, 4, 5), date(2021, 4, 5)),
    (date(2021, 5, 3), date(2021, 5, 5)),
    (date(2021, 6, 14), date(2021, 6, 14)),
    (date(2021, 9, 20), date(2021, 9, 21)),
)


def working_days(first: date, last: date) -> Iterator[date]:
    """Days on which children go to school, so on which crossings are staffed."""
    day = first
    while day <= last:
        if day.weekday() < 5 and not any(a <= day <= b for a, b in HOLIDAYS_2021):
            yield day
        day += timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)
