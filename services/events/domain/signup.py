"""Coming in and going out: who gets a place, who stands in line, who may still cancel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from services.events.domain.broken import (
    AlreadyAttended,
    Full,
    NotOpenYet,
    OverLimit,
    SessionClosed,
    UnknownSeat,
)
from services.events.domain.registration import Registration, Status
from services.events.domain.session import Session

Door = Literal["not_open", "free", "full", "over"]


def check_open(session: Session, now: datetime, *, staff: bool) -> None:
    """Raises NotOpenYet or SessionClosed. Staff enter past sessions too, until closed (补录)."""
    if session.is_over or session.drawn_at is not None:
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
    return "free" if session.places_left > 0 or session.terms.mode == "draw" else "full"


def check_party(session: Session, seats: tuple[str, ...], *, limit: int) -> None:
    """Raises OverLimit for a party that could never be let in, UnknownSeat for a seat of no kind.

    A session without kinds of seat takes an empty one only.
    """
    size = len(seats)
    most = min(limit, session.capacity)
    if size > most:
        raise OverLimit.of_party(size, limit=most)
    known = [kind.key for kind in session.seats]
    for place, seat in enumerate(seats):
        if seat not in (known or [""]):
            raise UnknownSeat(place, allowed=known)
    needs = session.needs(seats)
    for pool in session.pools:
        if needs.get(pool.key, 0) > pool.capacity:
            raise OverLimit.of_party(needs[pool.key], limit=pool.capacity)


def admit(session: Session, party: Registration, now: datetime, *,
          seated_as: Status = "confirmed") -> tuple[Session, Registration]:
    """The party takes its places, or its turn in line; nobody passes those who wait.

    Raises Full when there is neither a place nor a line (any more).
    """
    needs = session.needs(party.seats)
    arrival = session.arrivals + 1
    if session.may_enter(party.size, needs):
        filled = replace(session.seated(party.size, needs), arrivals=arrival)
        return filled, replace(party, status=seated_as, seated=True, arrival=arrival)
    if not session.terms.has_line or now >= session.line_closes_at:
        raise Full
    queued = replace(session.queued(needs), arrivals=arrival)
    return queued, replace(party, status="waitlisted", arrival=arrival)


def check_cancel(session: Session, registration: Registration, now: datetime, *,
                 staff: bool) -> None:
    """Raises AlreadyAttended or SessionClosed (after the start only staff cancel)."""
    if registration.attended:
        raise AlreadyAttended
    if session.is_over or (not staff and now >= session.starts_at):
        raise SessionClosed


def release(session: Session, registration: Registration) -> Session:
    """The session without this party; its places are free, or its turn in line is gone."""
    needs = session.needs(registration.seats)
    if registration.seated:
        return session.seated(-registration.size, needs)
    if registration.status == "waitlisted":
        return session.queued(needs, -1)
    return session
