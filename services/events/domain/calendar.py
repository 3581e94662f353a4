"""A registration as somebody's calendar shows it: what changes, what stays, what is not said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.events.domain.registration import Registration
from services.events.domain.session import Session

State = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
DISCREET = "预约"  # of a confidential activity a calendar says no more


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry (RFC 5545): `uid` stays for ever, `sequence` grows with every move and the end."""

    uid: str
    sequence: int
    state: State
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    title: str
    place: str | None
    confidential: bool


def entry_of(registration: Registration, session: Session) -> Entry:
    """The registration's entry (R-9); whatever it still waits for is tentative."""
    has_ended = not registration.is_active or session.cancelled_at is not None
    state: State = "CANCELLED" if has_ended else (
        "CONFIRMED" if registration.status == "confirmed" else "TENTATIVE"
    )
    return Entry(
        uid=f"{registration.registration_id}@xiangxin",
        sequence=session.revision + has_ended, state=state,
        starts_at=session.starts_at, ends_at=session.ends_at,
        changed_at=registration.changed_at or registration.registered_at,
        title=DISCREET if session.confidential else session.title,
        place=None if session.confidential else f"{session.street} {session.place}",
        confidential=session.confidential,
    )
