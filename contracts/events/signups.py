"""Facts about one sign-up each, from asking for a place to the end of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..event import Fact, fact
from ..session import SessionRef


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


@fact("events.signup_promoted.v1", subject="registration/{registration_id}")
class SignupPromoted(Fact):
    """A place came free: a waiting party now has its places.

    有名额空出，候补转为报名成功。
    """

    registration_id: str
    session: SessionRef
    party: tuple[str, ...]
    household_ref: str


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
