"""Places of one session and the line behind them: who is in, who waits, who comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.events.domain.broken import (
    AlreadyAttended,
    NotOpenYet,
    OverLimit,
    SessionClosed,
)

Status = Literal["confirmed", "waitlisted", "cancelled"]
Door = Literal["not_open", "free", "full", "over"]


@dataclass(frozen=True, kw_only=True)
class Session:
    """One date of an activity (场次) with its pool of places.

    `taken` counts persons with a place, `waiting` parties in line, `arrivals` every party that
    ever got a place or stood in line: its order is the order of the line.
    """

    session_id: str
    activity_id: str
    programme: str
    kind: str
    title: str
    place: str
    street: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    capacity: int
    confidential: bool = False
    taken: int = 0
    waiting: int = 0
    arrivals: int = 0
    closed_at: datetime | None = None

    @property
    def places_left(self) -> int:
        """Places a newcomer could still get: none while anybody waits."""
        return 0 if self.waiting else self.capacity - self.taken

    @property
    def signup_ends_at(self) -> datetime:
        """Sign-up ends when the session starts, unless the activity says otherwise."""
        return self.closes_at or self.starts_at


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One party at one session: all of it in, all of it in line, or cancelled."""

    registration_id: str
    session_id: str
    activity_id: str
    party: tuple[str, ...]
    household_ref: str
    status: Status
    arrival: int
    registered_at: datetime
    attended: bool = False

    @property
    def size(self) -> int:
        return len(self.party)


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What became of a party: `position` counts parties in line from 1, None with a place."""

    status: Literal["confirmed", "waitlisted"]
    arrival: int
    position: int | None = None


def check_open(session: Session, now: datetime, *, staff: bool) -> None:
    """Raises NotOpenYet or SessionClosed. Staff enter past sessions too, until closed (补录)."""
    if session.closed_at is not None:
        raise SessionClosed
    if staff:
        return
    if session.opens_at is not None and now < session.opens_at:
        raise NotOpenYet(session.opens_at)
    if now >= session.signup_ends_at:
        raise SessionClosed


def door_of(session: Session, now: datetime) -> Door:
    """What a resident finds: sign-up not open yet, places free, only the line, or over."""
    try:
        check_open(session, now, staff=False)
    except NotOpenYet:
        return "not_open"
    except SessionClosed:
        return "over"
    return "free" if session.places_left > 0 else "full"


def admit(session: Session, size: int, *, limit: int) -> tuple[Session, Admission]:
    """A party of `size` takes places, or its turn in line; nobody passes those who wait.

    Raises OverLimit for a party that could never be let in.
    """
    if size > min(limit, session.capacity):
        raise OverLimit(size, limit=min(limit, session.capacity))
    arrival = session.arrivals + 1
    if size <= session.places_left:
        seated = replace(session, taken=session.taken + size, arrivals=arrival)
        return seated, Admission(status="confirmed", arrival=arrival)
    queued = replace(session, waiting=session.waiting + 1, arrivals=arrival)
    return queued, Admission(status="waitlisted", arrival=arrival, position=queued.waiting)


def check_cancel(session: Session, registration: Registration, now: datetime, *,
                 staff: bool) -> None:
    """Raises AlreadyAttended or SessionClosed (after the start only staff cancel)."""
    if registration.attended:
        raise AlreadyAttended
    if session.closed_at is not None or (not staff and now >= session.starts_at):
        raise SessionClosed


def release(session: Session, registration: Registration) -> Session:
    """The session without this party; its places are free, or its turn in line is gone."""
    if registration.status == "confirmed":
        return replace(session, taken=session.taken - registration.size)
    return replace(session, waiting=session.waiting - 1)


def promote(session: Session,
            line: Iterable[Registration]) -> tuple[Session, list[Registration]]:
    """Lets the head of the line in while it fits; a head that does not fit keeps everybody waiting.

    `line` comes in order of arrival. Returns the promoted registrations, now confirmed.
    """
    promoted = []
    for party in line:
        if party.size > session.capacity - session.taken:
            break
        session = replace(session, taken=session.taken + party.size, waiting=session.waiting - 1)
        promoted.append(replace(party, status="confirmed"))
    return session, promoted
