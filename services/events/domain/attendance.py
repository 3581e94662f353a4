"""Who was there: scans in and out, and what is final when a session is closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from kernel.clock import local_day
from services.events.domain.broken import (
    AlreadyCheckedIn,
    AlreadyCheckedOut,
    NotConfirmed,
    NotStarted,
    ScanInTheFuture,
    SessionClosed,
    TooEarlyToCheckIn,
    TooLateToCheckIn,
    TooManyCheckIns,
)
from services.events.domain.registration import Registration
from services.events.domain.session import Session

Direction = Literal["in", "out"]
State = Literal["unknown", "present", "absent"]


@dataclass(frozen=True, kw_only=True)
class DeskRules:
    """Policy of the check-in desk (C-06, C-08); the department may change it."""

    opens_before: timedelta = timedelta(minutes=30)
    late_after: timedelta = timedelta(minutes=15)
    check_ins_a_day: int = 3
    clock_skew: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One check-in with its check-out; either may be missing."""

    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One person at one session; unknown until the session is closed (C-11)."""

    session_id: str
    activity_id: str
    registration_id: str
    person_ref: str
    stays: tuple[Stay, ...] = ()
    state: State = "unknown"

    @property
    def last(self) -> Stay | None:
        return self.stays[-1] if self.stays else None


def check_scan(session: Session, registration: Registration, *, at: datetime, now: datetime,
               rules: DeskRules) -> None:
    """Raises SessionClosed, NotConfirmed or ScanInTheFuture; holds for both directions."""
    if session.closed_at is not None:
        raise SessionClosed
    if registration.status != "confirmed":
        raise NotConfirmed(registration.status)
    if at > now + rules.clock_skew:
        raise ScanInTheFuture(at)


def is_late(session: Session, at: datetime, rules: DeskRules) -> bool:
    """迟到: accepted, but flagged (C-06)."""
    return at > session.starts_at + rules.late_after


def scan_in(session: Session, attendance: Attendance, at: datetime, *, rules: DeskRules,
            others: Iterable[Attendance] = ()) -> Attendance:
    """The attendance with this check-in; `others` are those at the activity's other sessions.

    A check-in that comes after its own check-out (an offline desk) completes that stay.
    Raises TooEarlyToCheckIn, TooLateToCheckIn, AlreadyCheckedIn, TooManyCheckIns.
    """
    opens_at = session.starts_at - rules.opens_before
    if at < opens_at:
        raise TooEarlyToCheckIn(opens_at)
    if at > session.ends_at:
        raise TooLateToCheckIn(session.ends_at)
    last = attendance.last
    if last and last.checked_in_at and not last.checked_out_at:
        raise AlreadyCheckedIn(last.checked_in_at)
    if _check_ins_on(at, (attendance, *others)) >= rules.check_ins_a_day:
        raise TooManyCheckIns(rules.check_ins_a_day)
    if last and last.checked_out_at and not last.checked_in_at and at < last.checked_out_at:
        return _with_last(attendance, replace(last, checked_in_at=at))
    return replace(attendance, stays=(*attendance.stays, Stay(checked_in_at=at)))


def scan_out(attendance: Attendance, at: datetime) -> Attendance:
    """The attendance with this check-out.

    One without a check-in, or not after it, is kept as it is and never credited silently (C-06).
    Raises AlreadyCheckedOut when the person had already left.
    """
    last = attendance.last
    if last is None:
        return replace(attendance, stays=(Stay(checked_out_at=at),))
    if last.checked_out_at:
        raise AlreadyCheckedOut(last.checked_out_at)
    return _with_last(attendance, replace(last, checked_out_at=at))


def is_first_scan(attendance: Attendance) -> bool:
    """Whether this person has been scanned just once here."""
    moments = [at for stay in attendance.stays for at in (stay.checked_in_at, stay.checked_out_at)]
    return sum(1 for at in moments if at is not None) == 1


def check_close(session: Session, now: datetime, rules: DeskRules) -> None:
    """Raises SessionClosed when it is already final, NotStarted before the desk opens."""
    if session.closed_at is not None:
        raise SessionClosed
    opens_at = session.starts_at - rules.opens_before
    if now < opens_at:
        raise NotStarted(opens_at)


def settle(attendance: Attendance) -> Attendance:
    """The final state: present who was scanned at least once, absent who never was (C-11)."""
    return replace(attendance, state="present" if attendance.stays else "absent")


def first_in(attendance: Attendance) -> datetime | None:
    """The first check-in, None when there was none."""
    return next((stay.checked_in_at for stay in attendance.stays if stay.checked_in_at), None)


def last_out(attendance: Attendance) -> datetime | None:
    """The last check-out, None when there was none or the person was inside at the end."""
    return attendance.last.checked_out_at if attendance.last else None


def _check_ins_on(moment: datetime, attendances: Iterable[Attendance]) -> int:
    day = local_day(moment)
    moments = (stay.checked_in_at for each in attendances for stay in each.stays)
    return sum(1 for at in moments if at is not None and local_day(at) == day)


def _with_last(attendance: Attendance, stay: Stay) -> Attendance:
    return replace(attendance, stays=(*attendance.stays[:-1], stay))
