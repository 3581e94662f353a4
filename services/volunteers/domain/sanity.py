"""What in the ledger is worth a look (核查): stays without end, overlaps, odd lengths, C-48."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from contracts.hours import fixed_length
from contracts.session import SessionRef
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.desired import counted
from services.volunteers.domain.entry import Effective
from services.volunteers.domain.ruling import Level, is_credited
from services.volunteers.domain.spans import Span, Spans, common, minutes

Kind = Literal["on_duty", "end_before_start", "overlapping", "too_long", "too_short", "over_limit"]
KINDS: tuple[Kind, ...] = ("on_duty", "end_before_start", "overlapping", "too_long", "too_short",
                           "over_limit")


@dataclass(frozen=True, kw_only=True)
class SanityRules:
    """Policy: minutes of one stay above which it is too long, below which too short; how many days
    one report may have, how many findings of a kind it lists, and how many seconds it may take."""

    longest: int = 600
    shortest: int = 15
    days: int = 366
    listed: int = 100
    seconds: int = 20


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to look at: whose stay at which session, and its line where there is one.

    `minutes` are those that overlap, that are odd, or that wait for `level`; `other` is the session
    that it overlaps.
    """

    kind: Kind
    person_ref: str
    session: SessionRef
    day: str
    minutes: int | None = None
    entry_id: str | None = None
    other: SessionRef | None = None
    level: Level | None = None


@dataclass(frozen=True, kw_only=True)
class FixedLength:
    """A programme all of whose attendances come to the same: 按固定时长计, for a review (C-48)."""

    programme: str
    attendances: int
    minutes: int
    each: int


@dataclass(kw_only=True)
class Sanity:
    """A report in the making: the first findings of each kind and how many there are, what each
    programme sums up to; `reached` is the day from which to go on where it is not `complete`."""

    first: date
    last: date
    rules: SanityRules
    findings: dict[Kind, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    numbers: Counter[Kind] = field(default_factory=Counter)
    sessions: int = 0
    complete: bool = True
    reached: date | None = None
    _attendances: Counter[str] = field(default_factory=Counter)
    _minutes: Counter[str] = field(default_factory=Counter)

    def look(self, of_person: Sequence[Attendance], looked_at: set[str], closed: set[str],
             now: datetime) -> None:
        """Adds what is odd of a person at the sessions that are looked at; `of_person` are also
        the attendances around them, `closed` the sessions that their organisers closed."""
        for each in of_person:
            id = each.session.session_id
            if id not in looked_at:
                continue
            self._count(each)
            for found in findings(each, of_person, self.rules, is_closed=id in closed, now=now):
                self.numbers[found.kind] += 1
                if len(self.findings[found.kind]) < self.rules.listed:
                    self.findings[found.kind].append(found)

    def programmes(self) -> list[FixedLength]:
        """Those that are counted by a fixed length; none before all was looked at (C-48)."""
        if not self.complete:
            return []
        return [
            FixedLength(programme=name, attendances=number, minutes=self._minutes[name], each=each)
            for name, number in sorted(self._attendances.items())
            if (each := fixed_length(self._minutes[name], number))
        ]

    def _count(self, attendance: Attendance) -> None:
        """One attendance (人次) where anything counts, however many stays it had (C-42)."""
        worth = sum(each.line.minutes for each in attendance.effective)
        if worth:
            self._attendances[attendance.session.programme] += 1
            self._minutes[attendance.session.programme] += worth


def findings(attendance: Attendance, of_person: Iterable[Attendance], rules: SanityRules, *,
             is_closed: bool, now: datetime) -> Iterator[Finding]:
    """What is odd of one person at one session."""
    if attendance.cancelled or not is_credited(attendance.session):
        return
    if not attendance.ruling:
        yield from _scans(attendance, is_closed=is_closed, now=now)
    for other in of_person:
        if _begins_later(attendance, other) and (twice := _overlap(attendance, other)):
            yield _finding("overlapping", attendance, _first(attendance), minutes=twice,
                           other=other.session)
    for each in attendance.effective:
        yield from _line(attendance, each, rules)


def claimed(attendance: Attendance) -> Spans:
    """The time that the person is said to have served there, before overlaps are cut out."""
    session = attendance.session
    if attendance.cancelled:
        return ()
    if attendance.ruling:
        return attendance.ruling.served(session.starts_at)
    return tuple(span for stay in attendance.stays for span in counted(stay, session))


def _scans(attendance: Attendance, *, is_closed: bool, now: datetime) -> Iterator[Finding]:
    """Still on duty: the session is over, nobody closed it, the check-out is missing. The end
    before the start (C-06)."""
    is_open = not is_closed and not attendance.present and attendance.session.ends_at < now
    missing = [stay.missing for stay in attendance.stays]
    if is_open and "missing_check_out" in missing:
        yield _finding("on_duty", attendance, _first(attendance))
    if "check_out_before_check_in" in missing:
        yield _finding("end_before_start", attendance, _first(attendance))


def _line(attendance: Attendance, each: Effective, rules: SanityRules) -> Iterator[Finding]:
    line = each.line
    if line.reason == "over_daily_limit":
        yield _finding("over_limit", attendance, each, minutes=line.withheld, level=line.level)
    elif line.minutes > rules.longest:
        yield _finding("too_long", attendance, each, minutes=line.minutes)
    elif 0 < line.minutes < rules.shortest:
        yield _finding("too_short", attendance, each, minutes=line.minutes)


def _finding(kind: Kind, attendance: Attendance, each: Effective | None, *,
             minutes: int | None = None, other: SessionRef | None = None,
             level: Level | None = None) -> Finding:
    return Finding(kind=kind, person_ref=attendance.person_ref, session=attendance.session,
                   day=attendance.day, minutes=minutes, other=other, level=level,
                   entry_id=each.entry_id if each else None)


def _first(attendance: Attendance) -> Effective | None:
    return next(iter(attendance.effective), None)


def _begins_later(attendance: Attendance, other: Attendance) -> bool:
    """Each pair is found once, at the one that begins later."""
    one, two = attendance.session, other.session
    return (two.starts_at, two.session_id) < (one.starts_at, one.session_id)


def _overlap(attendance: Attendance, other: Attendance) -> int:
    both: list[Span] = []
    for one in claimed(attendance):
        for two in claimed(other):
            both += common(one, two)
    return minutes(both)
