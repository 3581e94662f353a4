"""Who was there: scans in and out, and what is final when a session is closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from kernel.clock import local_day
from services.events.domain.broken import (
    AlreadyCheckedIn,
    BrokenRule,
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
from services.events.domain.stays import Stay, doubled, enter, inside_since, leave

__all__ = ["Attendance", "DeskRules", "Stay"]

Direction = Literal["in", "out"]
State = Literal["unknown", "present", "absent"]
OVERRIDABLE: dict[type[BrokenRule], str] = {
    TooEarlyToCheckIn: "too_early",
    TooLateToCheckIn: "too_late",
    AlreadyCheckedIn: "already_checked_in",
    TooManyCheckIns: "too_many_check_ins",
}


@dataclass(frozen=True, kw_only=True)
class DeskRules:
    """Policy of the check-in desk (C-06, C-08); the department may change it."""

    opens_before: timedelta = timedelta(minutes=30)
    late_after: timedelta = timedelta(minutes=15)
    check_ins_a_day: int = 3
    clock_skew: timedelta = timedelta(minutes=5)


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


def broken_by_check_in(session: Session, attendance: Attendance, at: datetime, *,
                       rules: DeskRules, others: Iterable[Attendance] = (),
                       leaves_at: datetime | None = None) -> list[BrokenRule]:
    """Every rule that this check-in breaks and that a forced one overrides (C-06, C-08).

    `others` are those at the activity's other sessions; `leaves_at` is a later check-out of this
    person that is known but not recorded yet. TooEarlyToCheckIn, TooLateToCheckIn,
    AlreadyCheckedIn, TooManyCheckIns.
    """
    opens_at = session.starts_at - rules.opens_before
    faults: list[BrokenRule | None] = [
        TooEarlyToCheckIn(opens_at) if at < opens_at else None,
        TooLateToCheckIn(session.ends_at) if at > session.ends_at else None,
        doubled(inside_since(attendance.stays, at, leaves_at)),
        TooManyCheckIns(rules.check_ins_a_day)
        if _check_ins_on(at, (attendance, *others)) >= rules.check_ins_a_day else None,
    ]
    return [fault for fault in faults if fault is not None]


def scan_in(session: Session, attendance: Attendance, at: datetime, *, rules: DeskRules,
            others: Iterable[Attendance] = (), leaves_at: datetime | None = None) -> Attendance:
    """The attendance with this check-in. Raises the first rule that it breaks.

    A check-in that comes after its own check-out (an offline desk) completes that stay.
    """
    for fault in broken_by_check_in(session, attendance, at, rules=rules, others=others,
                                    leaves_at=leaves_at):
        raise fault
    return forced_in(attendance, at)


def forced_in(attendance: Attendance, at: datetime) -> Attendance:
    """The attendance with this check-in, whatever it breaks (C-06: with a reason, kept)."""
    return replace(attendance, stays=enter(attendance.stays, at))


def scan_out(attendance: Attendance, at: datetime, *,
             check_in_may_come: bool = False) -> Attendance:
    """The attendance with this check-out.

    One without a check-in, or not after it, is kept as it is and never credited silently (C-06).
    Raises AlreadyCheckedOut when the person had already left.
    """
    stays = leave(attendance.stays, at, check_in_may_come=check_in_may_come)
    return replace(attendance, stays=stays)


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


def is_inside(attendance: Attendance) -> bool:
    """Whether the last thing known of this person is that they came in (在场)."""
    last = attendance.last
    return last is not None and last.checked_out_at is None


def _check_ins_on(moment: datetime, attendances: Iterable[Attendance]) -> int:
    day = local_day(moment)
    moments = (stay.checked_in_at for each in attendances for stay in each.stays)
    return sum(1 for at in moments if at is not None and local_day(at) == day)
