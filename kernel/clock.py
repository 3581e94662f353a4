"""Time and ids as values that are passed in: the system's clock, a fixed one, Shanghai days."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
Ids = Callable[[], str]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def to_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC, cut to what the database keeps, so that saved and told agree."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def system_clock() -> datetime:
    """Now, in UTC, to the millisecond."""
    return to_milliseconds(datetime.now(UTC))


class FixedClock:
    """A clock that stands still until it is told to move; `now` must carry an offset."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs a moment with an offset")
        self._now = to_milliseconds(now)

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@lru_cache(maxsize=4096)  # a fold asks for the same few again and again
def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai on which the moment falls; a moment without offset is refused."""
    if moment.tzinfo is None:
        raise ValueError("a day can only be told of a moment with an offset")
    return moment.astimezone(SHANGHAI).date()


def age_on(birth_date: date, day: date) -> int:
    """Whole years on a local day; who was born on 29 February turns older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def new_id() -> str:
    """A random id of 32 hexadecimal characters: it tells nothing about when or for whom."""
    return uuid.uuid4().hex
