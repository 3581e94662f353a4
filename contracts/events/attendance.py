"""Facts about who was there."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..event import Fact, fact
from ..session import SessionRef


@fact("events.scanned_in.v1", subject="attendance/{session.session_id}.{person_ref}")
class ScannedIn(Fact):
    """A person checked in at a session.

    一人在场次签到。
    """

    session: SessionRef
    registration_id: str
    person_ref: str
    at: datetime


@fact("events.scanned_out.v1", subject="attendance/{session.session_id}.{person_ref}")
class ScannedOut(Fact):
    """A person checked out of a session.

    一人在场次签退。
    """

    session: SessionRef
    registration_id: str
    person_ref: str
    at: datetime


@fact("events.attendance_recorded.v1", subject="attendance/{session.session_id}.{person_ref}")
class AttendanceRecorded(Fact):
    """The session closed and a registered person's attendance is final; told once per person,
    after that person's scans.

    场次结束，一名报名者的出勤定案；每人一次，在其签到签退之后。
    """

    session: SessionRef
    registration_id: str
    person_ref: str
    household_ref: str
    state: Literal["present", "absent"]
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
