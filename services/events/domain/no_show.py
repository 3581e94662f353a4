"""Absences (缺席): when they pause sign-up, and how a person gets them looked at (C-32)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from services.events.domain.attendance import Attendance
from services.events.domain.broken import AlreadyAppealed, AlreadyExcused, NotAppealed
from services.events.domain.registration import Registration
from services.events.domain.session import Session

State = Literal["counted", "appealed", "upheld", "excused"]
Decision = Literal["upheld", "excused"]


@dataclass(frozen=True, kw_only=True)
class NoShowRules:
    """Policy of the department: `limit` absences `within` a time pause sign-up; 0 is off."""

    limit: int = 0
    within: timedelta = timedelta(days=90)
    pause: timedelta = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of an absence, when, and the reason or appeal as the vault sealed it."""

    state: State
    at: datetime
    text: Any


@dataclass(frozen=True, kw_only=True)
class NoShow:
    """One person with a place who did not come to one session.

    counted → appealed (by the person, once) → upheld or excused (by staff); staff may excuse at
    any time. Only `counted` and `upheld` weigh: while an appeal is open nothing is held against
    the person.
    """

    no_show_id: str
    session_id: str
    registration_id: str
    person_ref: str
    ended_at: datetime
    confidential: bool
    recorded_at: datetime
    state: State = "counted"
    history: tuple[Change, ...] = ()

    @property
    def weighs(self) -> bool:
        return self.state in ("counted", "upheld")


def no_show_of(session: Session, registration: Registration, attendance: Attendance, *,
               now: datetime) -> NoShow | None:
    """The absence to be recorded at the close, None when there is none.

    Who cancelled in time is in no confirmed registration (C-11); who was entered by staff after
    the start (补录) could not have come.
    """
    if attendance.state != "absent" or registration.registered_at >= session.starts_at:
        return None
    return NoShow(
        no_show_id=f"{session.session_id}.{attendance.person_ref}",
        session_id=session.session_id,
        registration_id=registration.registration_id,
        person_ref=attendance.person_ref,
        ended_at=session.ends_at,
        confidential=session.confidential,
        recorded_at=now,
    )


def paused_until(no_shows: Iterable[NoShow], *, now: datetime,
                 rules: NoShowRules) -> datetime | None:
    """Until when this one person may not sign up; None when they may.

    The pause begins at the end of the session that made the number full, not when somebody came
    round to closing it.
    """
    if not rules.limit:
        return None
    ends = sorted(each.ended_at for each in no_shows if each.weighs)
    until = [
        last + rules.pause
        for first, last in zip(ends, ends[rules.limit - 1:], strict=False)
        if last - first < rules.within
    ]
    return max(until) if until and max(until) > now else None


def excuse(no_show: NoShow, text: Any, *, at: datetime) -> NoShow:
    """Does not count any more. Raises AlreadyExcused."""
    if no_show.state == "excused":
        raise AlreadyExcused
    return _changed(no_show, "excused", text, at)


def appeal(no_show: NoShow, text: Any, *, at: datetime) -> NoShow:
    """The person objects, once. Raises AlreadyExcused, AlreadyAppealed."""
    if no_show.state == "excused":
        raise AlreadyExcused
    if no_show.state != "counted":
        raise AlreadyAppealed
    return _changed(no_show, "appealed", text, at)


def decide(no_show: NoShow, decision: Decision, text: Any, *, at: datetime) -> NoShow:
    """A person of the department decides on the appeal (C-32). Raises NotAppealed."""
    if no_show.state != "appealed":
        raise NotAppealed
    return _changed(no_show, decision, text, at)


def _changed(no_show: NoShow, state: State, text: Any, at: datetime) -> NoShow:
    change = Change(state=state, at=at, text=text)
    return replace(no_show, state=state, history=(*no_show.history, change))
