"""Facts told by the events service: programmes, sessions, sign-ups, attendance, records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from .event import Fact, fact
from .session import SessionRef


@fact("events.programme_published.v1", subject="programme/{programme}")
class ProgrammePublished(Fact):
    """A programme was published, or what is public about it changed.

    发布了一个项目，或其公开内容有变化。
    """

    programme: str
    title: str
    wing: str
    owner: str
    kind: str
    confidential: bool = False
    counts_households: bool = False


@fact("events.session_scheduled.v1", subject="session/{session.session_id}")
class SessionScheduled(Fact):
    """A session was put on the calendar with a number of places.

    排定了一个场次及其名额。
    """

    session: SessionRef
    capacity: int


@fact("events.signup_confirmed.v1", subject="registration/{registration_id}")
class SignupConfirmed(Fact):
    """A party signed up and has its places.

    报名成功，一行人均已占位。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str


@fact("events.signup_waitlisted.v1", subject="registration/{registration_id}")
class SignupWaitlisted(Fact):
    """The session was full: the party waits in line.

    场次已满，一行人进入候补。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    position: int


@fact("events.signup_promoted.v1", subject="registration/{registration_id}")
class SignupPromoted(Fact):
    """A place came free: a waiting party now has its places.

    有名额空出，候补转为报名成功。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str


@fact("events.signup_cancelled.v1", subject="registration/{registration_id}")
class SignupCancelled(Fact):
    """A sign-up, confirmed or waiting, was cancelled.

    报名（或候补）已取消。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    was: Literal["confirmed", "waitlisted"]


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


@fact("events.session_closed.v1", subject="session/{session.session_id}")
class SessionClosed(Fact):
    """A session closed, with what its organiser reported; what was not reported is null, never 0.

    场次关闭并附组织者上报数；未上报为空，不记作 0。
    """

    session: SessionRef
    present: int
    absent: int
    served_count: int | None = None
    served_method: str | None = None
    served_reported_by: str | None = None
    audience_online: int | None = None
    audience_source: str | None = None


@fact("events.visit_recorded.v1", subject="visit/{visit_id}")
class VisitRecorded(Fact):
    """A household was visited.

    慰问了一户家庭。
    """

    visit_id: str
    programme: str
    street: str
    household_ref: str
    day: date


@fact("events.redemption_recorded.v1", subject="redemption/{redemption_id}")
class RedemptionRecorded(Fact):
    """A person used a benefit at a service window.

    一人在服务窗口享受了一次优惠。
    """

    redemption_id: str
    programme: str
    window: str
    street: str
    person_ref: str
    at: datetime


@fact("events.work_item_recorded.v1", subject="work-item/{item_id}")
class WorkItemRecorded(Fact):
    """An item of a programme's work list was opened or done.

    工作清单中的一项立项或办结。
    """

    item_id: str
    programme: str
    category: str
    state: Literal["open", "done"]
    due_on: date | None = None
    day: date


@fact("events.contact_recorded.v1", subject="person/{person_ref}", private=True)
class ContactRecorded(Fact):
    """A person's contact details are new or changed. Private: never leaves the department.

    一人的联系方式新增或变更。内部事实，不对外提供。
    """

    person_ref: str
    name: str
    phone: str
