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


@fact("events.session_moved.v1", subject="session/{session.session_id}")
class SessionMoved(Fact):
    """A session has another time, place or number of places; `session` is as it is now.

    场次的时间、地点或名额有变；session 为变更后的内容。
    """

    session: SessionRef
    capacity: int
    was_starts_at: datetime
    was_ends_at: datetime


@fact("events.session_cancelled.v1", subject="session/{session.session_id}")
class SessionCancelled(Fact):
    """A session will not take place; each of its sign-ups is told as cancelled as well.

    场次取消；其每条报名另有取消通知。
    """

    session: SessionRef


@fact("events.crew_short.v1", subject="session/{session.session_id}")
class CrewShort(Fact):
    """Shortly before a shift fewer people than needed have a place.

    班次临近，到岗人数不足。
    """

    session: SessionRef
    needed: int
    confirmed: int


@fact("events.signup_pending.v1", subject="registration/{registration_id}")
class SignupPending(Fact):
    """A party signed up and waits for a decision: a guardian's, the organiser's, or the draw.

    报名待定：等监护人同意、等审核或等抽签。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    waits_for: Literal["consent", "approval", "draw"]
    until: datetime | None = None


@fact("events.seat_offered.v1", subject="registration/{registration_id}")
class SeatOffered(Fact):
    """A place came free and is kept for a waiting party until the moment told.

    有名额空出，为候补者保留至所示时间，等其确认。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    until: datetime


@fact("events.signup_lapsed.v1", subject="registration/{registration_id}")
class SignupLapsed(Fact):
    """A sign-up ended without anybody cancelling it; `reason` says how.

    报名失效，原因见 reason。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    reason: Literal[
        "offer_expired",
        "offer_declined",
        "consent_refused",
        "consent_withdrawn",
        "consent_expired",
        "approval_refused",
        "approval_expired",
        "line_closed",
        "place_released",
    ]


@fact("events.signup_moved.v1", subject="registration/{registration_id}")
class SignupMoved(Fact):
    """The session of an active sign-up has another time or place; told once per change.

    已报名场次的时间或地点有变；每次变更通知一次。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    was_starts_at: datetime
    was_ends_at: datetime


@fact("events.reminder_due.v1", subject="registration/{registration_id}")
class ReminderDue(Fact):
    """A confirmed party is to be reminded of its session; told once per sign-up and distance.

    该提醒已确认的报名者；每条报名、每个提前量只通知一次。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str
    before: Literal["24h", "2h"]


@fact("events.approval_overdue.v1", subject="registration/{registration_id}")
class ApprovalOverdue(Fact):
    """An organiser has let the time to decide on a sign-up pass.

    审核超时未决。
    """

    registration_id: str
    session: SessionRef
    since: datetime


@fact("events.consent_requested.v1", subject="consent/{consent_id}", private=True)
class ConsentRequested(Fact):
    """A guardian is asked to consent; the code opens the question. Private: for the guardian alone.

    请监护人决定是否同意；凭码打开。内部事实，只发给监护人本人。
    """

    consent_id: str
    registration_id: str
    session: SessionRef
    guardian_ref: str
    code: str
    text_version: str
    until: datetime


@fact("events.consent_decided.v1", subject="consent/{consent_id}")
class ConsentDecided(Fact):
    """A guardian's consent was given, refused or withdrawn, or nobody answered in time.

    监护人已同意、拒绝、撤回，或逾期未答。
    """

    consent_id: str
    registration_id: str
    session_id: str
    decision: Literal["given", "refused", "withdrawn", "expired"]
    text_version: str


@fact("events.draw_committed.v1", subject="draw/{session.session_id}")
class DrawCommitted(Fact):
    """Places will be drawn; the seed is fixed now and published by its SHA-256 alone.

    将以抽签分配名额；种子已定，先公布其 SHA-256。
    """

    session: SessionRef
    seed_sha256: str


@fact("events.draw_held.v1", subject="draw/{session.session_id}")
class DrawHeld(Fact):
    """The draw took place; with seed and list anybody can work its order out again.

    抽签完成；任何人可凭种子和名单复算。
    """

    session: SessionRef
    seed_sha256: str
    seed: str
    list_sha256: str
    entries: int
    seated: int


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
    reason: Literal["resident", "staff", "session_cancelled"] | None = None


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
