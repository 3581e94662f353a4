"""Public holidays of the mainland, as the State Council's yearly notices give them."""

from __future__ import annotations

from datetime import date
from logging import getLogger

import chinese_calendar

log = getLogger(__name__)


def public_holiday(day: date) -> bool | None:
    """Whether the day belongs to a public holiday; an ordinary weekend does not.

    None, with a warning, for a year whose notice the package does not hold yet (it knows 2004 to
    2026): who asks falls back to the days of the week and marks what comes of it as provisional,
    never crashes (C-19).
    """
    try:
        free, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        log.warning("holidays of %d are not known: only the days of the week are heeded", day.year)
        return None
    return bool(free and holiday)
