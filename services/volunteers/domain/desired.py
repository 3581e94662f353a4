"""What attendances are worth: a pure function of what was heard and decided, in no order.

Each minute goes to one line only. Claims are made of stays or rulings (C-01, C-06), what goes
beyond the pairs of a day is held (C-08), overlapping minutes go to the claim that began first
(C-07), and what a day has beyond its limit, its latest minutes, waits for an approval (C-09).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.session import SessionRef
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.entry import Line
from services.volunteers.domain.rules import HourRules
from services.volunteers.domain.ruling import Level, is_credited
from services.volunteers.domain.spans import Span, Spans, common, divided, minutes, without
from services.volunteers.domain.stays import Stay
from services.volunteers.domain.values import altered

Worth = dict[str, tuple[Line, ...]]  # lines by session
Approvals = Mapping[str, Level | None]  # by local day


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A line before overlaps and limits: `spans` is the time it would stand for."""

    session: SessionRef
    line: Line
    spans: Spans = ()

    @property
    def began(self) -> tuple[datetime, datetime, str, str]:
        """The order in which minutes are given out."""
        start = self.spans[0].start if self.spans else self.session.starts_at
        return start, self.session.starts_at, self.session.session_id, self.line.key


def desired(attendances: Iterable[Attendance], approvals: Approvals, rules: HourRules) -> Worth:
    """The lines of one person's attendances, by session; the order of the arguments is of no
    account. Exact for a session when all are there that overlap it or begin on its day, and those
    that overlap these."""
    claims = [claim for each in attendances for claim in _claims(each)]
    claims = _within_pairs(claims, rules)
    lines = _each_minute_once(claims)
    worth: dict[str, list[Line]] = defaultdict(list)
    for day, of_day in lines.items():
        for session_id, line in _within_day(of_day, approvals.get(day), rules):
            worth[session_id].append(line)
    return {session_id: tuple(found) for session_id, found in worth.items()}


def counted(stay: Stay, session: SessionRef, *, extension: timedelta = timedelta(),
            breaks: Iterable[Span] = ()) -> Spans:
    """The time of a stay that counts: within the session and its approved `extension`, without
    declared `breaks` (C-01)."""
    if stay.span is None:
        return ()
    return without(common(stay.span, Span(session.starts_at, session.ends_at + extension)), breaks)


def _claims(attendance: Attendance) -> Iterator[Claim]:
    """None at a cancelled session (C-03) nor at one that is no voluntary service (C-12). Stays
    that cannot be counted are held once the session closed with the person present, or once the
    grace after its end is over (C-05)."""
    session, ruling = attendance.session, attendance.ruling
    if attendance.cancelled or not is_credited(session):
        return
    if ruling:
        line = Line(key="ruling", day=attendance.day, stay=Stay(), basis=ruling.basis,
                    evidence=ruling.evidence, ruling_id=ruling.ruling_id)
        spans = tuple(sorted(ruling.served(session.starts_at), key=lambda span: span.start))
        yield Claim(session=session, line=line, spans=spans)
        return
    for stay in attendance.stays:
        line = Line(key=stay.key, day=attendance.day, stay=stay, evidence=attendance.evidence)
        if stay.span:
            yield Claim(session=session, line=line, spans=counted(stay, session))
        elif attendance.final:
            held = altered(line, state="held", reason=stay.missing)
            yield Claim(session=session, line=held)


def _within_pairs(claims: list[Claim], rules: HourRules) -> list[Claim]:
    """Pairs of one activity and day beyond the first so many are held and claim nothing (C-08)."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for claim in sorted(claims, key=_by_check_in):
        if claim.line.stay.span:
            place = (claim.session.activity_id, claim.line.day)
            seen[place] += 1
            if seen[place] > rules.pairs_a_day:
                held = altered(claim.line, state="held", reason="too_many_check_ins")
                claim = altered(claim, line=held, spans=())
        kept.append(claim)
    return kept


def _by_check_in(claim: Claim) -> tuple[datetime, str, str]:
    came = claim.line.stay.checked_in_at or claim.session.starts_at
    return came, claim.session.session_id, claim.line.key


def _each_minute_once(claims: list[Claim]) -> dict[str, list[tuple[str, Line]]]:
    """Lines by day, each with its session, in order of time (C-07)."""
    taken: list[Span] = []
    lines: dict[str, list[tuple[str, Line]]] = defaultdict(list)
    for claim in sorted(claims, key=lambda each: each.began):
        spans = claim.spans
        if spans:
            taken = [span for span in taken if span.end > spans[0].start]
            spans = without(spans, taken)
            taken += spans
        line = altered(claim.line, spans=spans, minutes=minutes(spans))
        lines[line.day].append((claim.session.session_id, line))
    return lines


def _within_day(lines: list[tuple[str, Line]], approved: Level | None,
                rules: HourRules) -> Iterator[tuple[str, Line]]:
    """Each line, cut where the day's limit is reached: what is above is held (C-09)."""
    bands = _bands(approved, rules)
    reached = 0
    for session_id, line in lines:
        if line.state == "held" or reached + line.minutes <= bands[0][0]:
            reached += line.minutes
            yield session_id, line
            continue
        for part in _parts(line, reached, bands):
            yield session_id, part
        reached += line.minutes


def _bands(approved: Level | None, rules: HourRules) -> list[tuple[float, Level | None]]:
    """Where each band of a day ends, in minutes, and whose approval it waits for."""
    bands: list[tuple[float, Level | None]] = [
        (rules.daily, None), (rules.daily_approved, "parent"), (float("inf"), "department")
    ]
    passed = {None: 0, "parent": 1, "department": 2}[approved]
    return [(bands[passed][0], None), *bands[passed + 1:]]


def _parts(line: Line, reached: int, bands: list[tuple[float, Level | None]]) -> Iterator[Line]:
    spans, left = line.spans, line.minutes
    for end, level in bands:
        here = int(min(left, max(end - reached, 0)))
        if not here:
            continue
        is_last = here == left
        first, spans = (spans, ()) if is_last else divided(spans, here)
        if level is None:
            yield altered(line, spans=first, minutes=here)
        else:
            yield altered(line, key=f"{line.key} over {level}", spans=first, minutes=0,
                          withheld=here, state="held", reason="over_daily_limit", level=level)
        reached, left = reached + here, left - here
