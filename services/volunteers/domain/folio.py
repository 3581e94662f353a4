"""A folio: one person's attendances around some days, and the entries that set them right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.bearing import bearing
from services.volunteers.domain.chain import Head, chained
from services.volunteers.domain.desired import desired
from services.volunteers.domain.entry import (
    Because,
    Effective,
    Entry,
    Line,
    line_id,
    reversal_id,
)
from services.volunteers.domain.rules import HourRules
from services.volunteers.domain.ruling import DayApproval
from services.volunteers.domain.values import altered

REACH = timedelta(days=3)  # how far attendances bear on one another; sessions last a day at most


@dataclass(kw_only=True)
class Folio:
    """What is in hand of one person. Of the days that changed, REACH before and after is there."""

    person_ref: str
    head: Head
    attendances: dict[str, Attendance] = field(default_factory=dict)  # by session
    approvals: dict[str, DayApproval] = field(default_factory=dict)  # by local day
    because: dict[str, Because] = field(default_factory=dict)  # by session: what was put last
    days: set[str] = field(default_factory=set)  # local days that may be worth something else now
    kept: dict[str, str] = field(default_factory=dict)  # by session: the day it is kept under
    changed: set[str] = field(default_factory=set)  # sessions whose attendance is to be saved
    decided: set[str] = field(default_factory=set)  # days whose approval is to be saved

    def put(self, attendance: Attendance, because: Because) -> None:
        """An attendance as it is now; the day it was on and the day it is on are weighed anew."""
        session_id = attendance.session.session_id
        if before := self.attendances.get(session_id):
            self.days.add(before.day)
        self.attendances[session_id] = attendance
        self.because[session_id] = because
        self.changed.add(session_id)
        self.days.add(attendance.day)

    def approve(self, approval: DayApproval) -> None:
        """The approval, unless a later one of that day is there. Safe to repeat."""
        day = approval.day.isoformat()
        there = self.approvals.get(day)
        if there is None or there.order < approval.order:
            self.approvals[day] = approval
            self.decided.add(day)
            self.days.add(day)


def settle(folio: Folio, rules: HourRules, now: datetime) -> list[Entry]:
    """Brings the folio's lines to what they should be; the entries that say so, chained.

    Each line that should not count any more is reversed, each that should and does not is
    entered. Nothing when all is right: safe to repeat.
    """
    if not folio.days:
        return []
    weighed = _around(frozenset(folio.days))
    near = bearing([each for each in folio.attendances.values() if _is_near(each, weighed)],
                   folio.because, folio.days)
    approvals = {day: approval.level for day, approval in folio.approvals.items()}
    worth = desired(near, approvals, rules)
    entries: list[Entry] = []
    for attendance in sorted(near, key=_began):
        if attendance.day in weighed or attendance.session.session_id in folio.because:
            lines = worth.get(attendance.session.session_id, ())
            entries += _set_right(folio, attendance, lines, now)
    folio.days, folio.because = set(), {}
    return entries


@lru_cache(maxsize=1024)
def _around(days: frozenset[str]) -> frozenset[str]:
    """These days, the day before and the day after: sessions across midnight overlap there."""
    one = timedelta(days=1)
    dates = {date.fromisoformat(day) for day in days}
    return frozenset((day + step).isoformat() for day in dates
                     for step in (-one, timedelta(), one))


def _is_near(attendance: Attendance, weighed: frozenset[str]) -> bool:
    """Whether it can bear on one of these days: on one of them, or overlapping one that is."""
    day = attendance.day
    return day in weighed or not _around(frozenset([day])).isdisjoint(weighed)


def _began(attendance: Attendance) -> tuple[datetime, str]:
    return attendance.session.starts_at, attendance.session.session_id


def _set_right(folio: Folio, attendance: Attendance, lines: tuple[Line, ...],
               now: datetime) -> Iterator[Entry]:
    wanted = set(lines)
    standing = {each.line for each in attendance.effective}
    gone = [each for each in attendance.effective if each.line not in wanted]
    come = [line for line in lines if line not in standing]
    if not gone and not come:
        return
    session_id = attendance.session.session_id
    because = folio.because.get(session_id, "other_session")
    generation = attendance.generation + bool(gone)
    kept = [each for each in attendance.effective if each.line in wanted]
    for each in gone:
        yield _linked(folio, _reversing(attendance, each, because, now))
    for line in come:
        entry = _linked(folio, _entering(attendance, line, generation, because, now))
        kept.append(Effective(entry_id=entry.entry_id, number=entry.number, line=line))
        yield entry
    folio.changed.add(session_id)
    folio.attendances[session_id] = altered(
        attendance, effective=tuple(kept), generation=generation
    )


def _linked(folio: Folio, entry: Entry) -> Entry:
    folio.head, linked = chained(folio.head, entry)
    return linked


def _reversing(attendance: Attendance, each: Effective, because: Because,
               now: datetime) -> Entry:
    """The same line with its minutes taken back."""
    line = each.line
    return _entry(attendance, line, because, now, entry_id=reversal_id(each.entry_id),
                  minutes=-line.minutes, withheld=-line.withheld, reverses=each.entry_id)


def _entering(attendance: Attendance, line: Line, generation: int, because: Because,
              now: datetime) -> Entry:
    id = line_id(attendance.session.session_id, attendance.person_ref, line.key, generation)
    return _entry(attendance, line, because, now, entry_id=id)


def _entry(attendance: Attendance, line: Line, because: Because, now: datetime,
           **own: Any) -> Entry:
    """The line as an entry that is not in the chain yet."""
    ruling = attendance.ruling
    by = ruling if ruling and ruling.ruling_id == line.ruling_id else None
    worth = vars(line) | own
    del worth["key"]
    return Entry(
        person_ref=attendance.person_ref, number=0, session=attendance.session, because=because,
        entered_at=now, actor=by.actor if by else None, decision=by.reason if by else None,
        **worth,
    )
