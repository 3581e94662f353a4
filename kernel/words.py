"""How times, numbers and faults are written on pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from kernel.clock import SHANGHAI

_WEEKDAYS = "一二三四五六日"


def day(value: date | datetime) -> str:
    """9月30日（周四）, in Asia/Shanghai."""
    local = value.astimezone(SHANGHAI) if isinstance(value, datetime) else value
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"


def moment(value: datetime) -> str:
    """9月30日（周四）19:30, in Asia/Shanghai."""
    return f"{day(value)}{value.astimezone(SHANGHAI):%H:%M}"


def year(value: datetime) -> str:
    """2021年, in Asia/Shanghai; stands before a day where the year is not plain."""
    return f"{value.astimezone(SHANGHAI).year}年"


def number(value: int | float | None) -> str:
    """3,168; what was never reported is a dash."""
    return "—" if value is None else f"{value:,}"


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "moment": moment,
    "number": number,
    "year": year,
}
