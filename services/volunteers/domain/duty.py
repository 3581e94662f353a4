"""The duty of ten days: a session's records are complete so many working days after its end.

Order 67 Art. 11 and C-19: within 10 working days by the official calendar, a warning on day 8,
then overdue. A year whose calendar is not known falls back to the days of the week and is
provisional. Nothing is kept of a due day: it is reckoned whenever it is asked for, so that a new
calendar counts at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from kernel.clock import SHANGHAI, local_day
from kernel.workdays import Due, add_working_days, working_days_between
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.session import Session

Standing = Literal["due", "warned", "overdue"]
_LATE_BECAUSE = ("scans", "decision")


@dataclass(frozen=True, kw_only=True)
class DutyRules:
    """`days` working days after the end for a session's records, a warning on the `warning`-th
    (C-19); `answer_days` working days for a request."""

    days: int = 10
    warning: int = 8
    answer_days: int = 10


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A session of voluntary service (C-12) whose records are to be complete. `settled`: they were
    when last looked at; `told_at`: when it was told that they are overdue, once for ever."""

    session: Session
    closed: bool = False
    settled: bool = False
    told_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Outstanding:
    """What is missing of a session's records; `closed` by its organiser or not."""

    closed: bool
    held: int = 0
    requests: int = 0

    @property
    def complete(self) -> bool:
        return self.closed and not self.held and not self.requests


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """A duty as of a day: `left` working days after that day up to and including the last one,
    negative by as many as it is late."""

    due: date
    left: int
    standing: Standing
    provisional: bool


@lru_cache(maxsize=4096)
def due_after(day: date, days: int) -> Due:
    """The last of so many working days after this one."""
    return add_working_days(day, days)


def reckon(ended: date, today: date, *, days: int, warning: int) -> Reckoned:
    """How a duty that began to run when something ended on a day stands today."""
    due, warn = due_after(ended, days), due_after(ended, warning)
    is_late = today > due.day
    between = (
        working_days_between(due.day, today) if is_late else working_days_between(today, due.day)
    )
    standing: Standing = "due" if today < warn.day else "warned"
    return Reckoned(
        due=due.day, left=-between.days if is_late else between.days,
        standing="overdue" if is_late else standing,
        provisional=due.provisional or between.provisional,
    )


def began_by(today: date, days: int, *, last_day: bool = False) -> datetime:
    """The moment before which everything began of which so many working days are over; with
    `last_day` also of which today is the last of them."""
    day = today
    while not _is_over(day, today, days, last_day=last_day):
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def is_late(entry: Entry, days: int) -> bool:
    """Whether the entry came after the duty's last day (逾期补记): it counts, and is marked
    (C-19). Reversals and what follows from other sessions are no records of service."""
    if entry.reverses or not entry.minutes or entry.because not in _LATE_BECAUSE:
        return False
    due = due_after(local_day(entry.session.ends_at), days)
    return local_day(entry.entered_at) > due.day


def _is_over(day: date, today: date, days: int, *, last_day: bool) -> bool:
    due = due_after(day, days).day
    return due < today or (last_day and due == today)
