"""The sanity report (核查): what of some days is worth a look, read in batches and bounded time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from kernel.clock import SHANGHAI, local_day
from services.volunteers.domain.broken import PeriodTooLong
from services.volunteers.domain.sanity import Sanity
from services.volunteers.usecases.application import App

DAYS = 30  # looked at where no period is given
_DAY = timedelta(days=1)


def look(app: App, *, first: date | None = None, last: date | None = None) -> Sanity:
    """The report on sessions that began on these local days, both included (C-44); on the last
    thirty without them.

    One batch of sessions is in memory at a time. After so many seconds it stops between two
    batches and says from which day to go on; programmes are judged only when all was looked at
    (C-48). Nothing is changed. Raises PeriodTooLong, Unavailable.
    """
    rules, began = app.sanity, app.clock()
    last = last or max(local_day(began), first or date.min)
    first = first or last - _DAY * (DAYS - 1)
    start, end = bounds(first, last, most=rules.days)
    report = Sanity(first=first, last=last, rules=rules)
    for duties in app.store.survey.sessions(start, end):
        if (app.clock() - began).total_seconds() > rules.seconds:
            report.complete = False
            break
        looked_at = {duty.session.ref.session_id for duty in duties}
        closed = {duty.session.ref.session_id for duty in duties if duty.closed}
        for of_person in app.store.survey.people(duties):
            report.look(of_person, looked_at, closed, began)
        report.sessions += len(duties)
        # what was not seen yet ends later, and began at most a day before its end
        report.reached = max(first, local_day(duties[-1].session.ref.ends_at - _DAY))
    return report


def bounds(first: date, last: date, *, most: int) -> tuple[datetime, datetime]:
    """Where these local days begin and end. Raises PeriodTooLong above so many."""
    if (last - first).days + 1 > most:
        raise PeriodTooLong(most)
    return (datetime.combine(first, time(), SHANGHAI),
            datetime.combine(last + _DAY, time(), SHANGHAI))
