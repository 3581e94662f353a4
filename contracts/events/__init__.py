"""Facts told by the events service: programmes, sessions, sign-ups, attendance, records."""

from __future__ import annotations

from .accounts import AccountChanged, LoginEnded
from .attendance import (
    AttendanceRecorded,
    ScannedIn,
    ScannedOut,
)
from .people import (
    ConsentDecided,
    ConsentRequested,
    ContactForgotten,
    ContactRecorded,
)
from .programmes import (
    ProgrammePublished,
    RedemptionRecorded,
    VisitRecorded,
    WorkItemRecorded,
)
from .residents import SignInCodeMade
from .sessions import (
    CrewShort,
    DrawCommitted,
    DrawHeld,
    SessionCancelled,
    SessionClosed,
    SessionMoved,
    SessionScheduled,
)
from .signups import (
    ApprovalOverdue,
    ReminderDue,
    SeatOffered,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupMoved,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
)

__all__ = [
    "AccountChanged",
    "ApprovalOverdue",
    "AttendanceRecorded",
    "ConsentDecided",
    "ConsentRequested",
    "ContactForgotten",
    "ContactRecorded",
    "CrewShort",
    "DrawCommitted",
    "DrawHeld",
    "LoginEnded",
    "ProgrammePublished",
    "RedemptionRecorded",
    "ReminderDue",
    "ScannedIn",
    "ScannedOut",
    "SeatOffered",
    "SessionCancelled",
    "SessionClosed",
    "SessionMoved",
    "SessionScheduled",
    "SignInCodeMade",
    "SignupCancelled",
    "SignupConfirmed",
    "SignupLapsed",
    "SignupMoved",
    "SignupPending",
    "SignupPromoted",
    "SignupWaitlisted",
    "VisitRecorded",
    "WorkItemRecorded",
]
