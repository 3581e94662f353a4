"""What is told of entries: credited, held, withheld, corrected; nothing of those worth nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contracts.event import Fact
from contracts.volunteers import HoursCorrected, HoursCredited, HoursHeld, HoursWithheld
from kernel import metrics
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.folio import Folio


def credited(attendance: Attendance) -> int:
    """Minutes that count of it now."""
    return sum(each.line.minutes for each in attendance.effective)


def facts(folio: Folio, entries: Iterable[Entry], before: Mapping[str, int]) -> Iterator[Fact]:
    """One per entry, in order. `before` are the minutes that counted, by session.

    Where something was credited and is another amount now, the first reversal says how much it was
    and is: the person is told that, and not of the entries that replace it.
    """
    said: set[str] = set()
    for entry in entries:
        session_id = entry.session.session_id
        was, now = before.get(session_id, 0), credited(folio.attendances[session_id])
        if entry.reverses:
            is_first = session_id not in said
            said.add(session_id)
            yield _corrected(entry, was if is_first else None, now if is_first else None)
        else:
            fact = _entered(entry, is_correction=session_id in said and was > 0)
            if fact:
                yield fact


def counted(entries: Iterable[Entry]) -> None:
    """Moves the metrics (C-50); to be called once the entries are committed."""
    for entry in entries:
        if entry.reverses:
            metrics.count("xiangxin_hours_corrected_total", because=entry.because)
        elif entry.reason:
            metrics.count("xiangxin_hours_held_total", reason=entry.reason)
        else:
            metrics.count("xiangxin_hours_credited_total", basis=entry.basis)
            metrics.observe("xiangxin_credited_minutes", entry.minutes)


def _corrected(entry: Entry, was: int | None, now: int | None) -> HoursCorrected:
    return HoursCorrected(
        entry_id=entry.entry_id, reverses=entry.reverses or "", person_ref=entry.person_ref,
        session=entry.session, minutes=entry.minutes, reason=entry.because, was=was, now=now,
        number=entry.number, hash=entry.hash,
    )


def _entered(entry: Entry, *, is_correction: bool) -> Fact | None:
    if entry.reason == "over_daily_limit" or entry.reason == "too_many_check_ins":
        return HoursWithheld(
            entry_id=entry.entry_id, person_ref=entry.person_ref, session=entry.session,
            minutes=entry.withheld, reason=entry.reason, level=entry.level,
            number=entry.number, hash=entry.hash,
        )
    if entry.reason:
        return HoursHeld(
            entry_id=entry.entry_id, person_ref=entry.person_ref, session=entry.session,
            reason=entry.reason, number=entry.number, hash=entry.hash,
        )
    if not entry.minutes:
        return None
    return HoursCredited(
        entry_id=entry.entry_id, person_ref=entry.person_ref, session=entry.session,
        minutes=entry.minutes, basis=entry.basis, credited_from=entry.spans[0].start,
        credited_until=entry.spans[-1].end, correction=is_correction or None,
        number=entry.number, hash=entry.hash,
    )
