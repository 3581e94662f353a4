"""Silence: no fact for longer than is to be expected at this time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kernel.clock import SHANGHAI

_ALWAYS = datetime(2000, 1, 1, tzinfo=SHANGHAI)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Within these hours (Asia/Shanghai, the last excluded, also across midnight) facts come at
    least this often; at night nobody wonders. Hours that end when they begin are all day."""

    within: timedelta = timedelta(minutes=30)
    hours: tuple[time, time] = (time(8), time(22))


def silent_for(told_at: datetime | None, now: datetime, expected: Expected) -> timedelta | None:
    """How long it has been silent, when that is too long; hours of quiet do not count.

    Before the first fact of all there is nothing to miss.
    """
    opened = _opened(now, expected.hours)
    if told_at is None or opened is None:
        return None
    if now - max(told_at, opened) <= expected.within:
        return None
    return now - told_at


def _opened(now: datetime, hours: tuple[time, time]) -> datetime | None:
    """When the hours that it is now in began; None outside of them."""
    local = now.astimezone(SHANGHAI)
    first, last = hours
    if first == last:
        return _ALWAYS
    for days in (0, 1):
        opens = datetime.combine(local.date() - timedelta(days=days), first, SHANGHAI)
        closes = datetime.combine(opens.date(), last, SHANGHAI)
        if closes <= opens:
            closes += timedelta(days=1)
        if opens <= local < closes:
            return opens
    return None
