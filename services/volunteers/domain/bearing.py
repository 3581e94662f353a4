"""Which attendances bear on which: those of one day, and those whose times overlap, and so on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from services.volunteers.domain.attendance import Attendance


def bearing(attendances: Iterable[Attendance], changed: Collection[str],
            days: Collection[str]) -> list[Attendance]:
    """Those that may be worth something else once these sessions changed, and what was decided of
    these local days, with all that they depend on.

    A line depends on those of its day (C-08, C-09) and on those that overlap it (C-07), these on
    theirs. What was credited and what is claimed now both count as an attendance's time, so it is
    found by where it was as well; where its day was another, that one is among `days`.
    """
    found = list(attendances)
    touched = [each for each in found
               if each.session.session_id in changed or each.day in days]
    if len(touched) == len(found):
        return found
    together = _together(found)
    by_day: dict[str, list[Attendance]] = defaultdict(list)
    by_time: dict[int, list[Attendance]] = defaultdict(list)
    for each in found:
        by_day[each.day].append(each)
        by_time[together[each.session.session_id]].append(each)
    reached: dict[str, Attendance] = {}
    while touched:
        each = touched.pop()
        if each.session.session_id not in reached:
            reached[each.session.session_id] = each
            touched += by_day[each.day]
            touched += by_time[together[each.session.session_id]]
    return list(reached.values())


def _together(attendances: Sequence[Attendance]) -> dict[str, int]:
    """By session a number that it shares with all that overlap it, and that overlap these."""
    number, until, numbers = 0, None, {}
    for start, end, session_id in sorted(_time(each) for each in attendances):
        if until is None or start >= until:
            number += 1
            until = end
        until = max(until, end)
        numbers[session_id] = number
    return numbers


def _time(attendance: Attendance) -> tuple[datetime, datetime, str]:
    """From the first to the last moment that it claims or that is credited for it."""
    session, ruling = attendance.session, attendance.ruling
    start, end = session.starts_at, session.ends_at
    for span in ruling.served(start) if ruling else ():
        start, end = min(start, span.start), max(end, span.end)
    for each in attendance.effective:
        for span in each.line.spans:
            start, end = min(start, span.start), max(end, span.end)
    return start, end, session.session_id
