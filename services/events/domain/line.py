"""The line: who is let in when places come free, and until when a place is kept for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.domain.terms import OfferHours

TIME_TO_WAKE = timedelta(hours=1)  # an offer that would run out at night holds so long after it


def offer_until(session: Session, now: datetime, hours: OfferHours) -> datetime | None:
    """Until when a place offered now is kept; None when nobody is to be asked now.

    Nobody is asked outside the hours nor after the cut-off, and no offer runs out at night.
    """
    if not hours.are_open(now) or now >= session.line_closes_at:
        return None
    until = now + timedelta(minutes=session.terms.offer_minutes)
    if not hours.are_open(until):
        until = hours.next_opening(until) + TIME_TO_WAKE
    return min(until, session.line_closes_at)


def serve(session: Session, line: Iterable[Registration], *, now: datetime,
          hours: OfferHours) -> tuple[Session, list[Registration]]:
    """Free places go to the line: the session after it and who got what, in order.

    `line` comes in its order (priority, then arrival). A party that does not fit keeps its turn:
    what it waits for is kept from those behind it, unless the activity lets smaller ones pass.
    Parties are `confirmed`, `offered` with a deadline, or `pending_approval` with their places.
    """
    if not session.waiting or not session.left or session.is_over:
        return session, []
    until = None
    if session.terms.promotion == "offer":
        until = offer_until(session, now, hours)
        if until is None:
            return replace(session, line_paused=now < session.line_closes_at), []
    session = replace(session, line_paused=False)
    served: list[Registration] = []
    kept: set[str] = set()
    for party in line:
        if not session.left:
            break
        needs = session.needs(party.seats)
        if kept & needs.keys():
            continue
        if session.fits(party.size, needs):
            session = session.seated(party.size, needs).queued(needs, -1)
            served.append(_served(party, session, until))
        elif not session.terms.smaller_may_pass:
            lacking = session.lacking(needs)
            if not lacking:
                break
            kept |= lacking
    return session, served


def _served(party: Registration, session: Session, until: datetime | None) -> Registration:
    seated = replace(party, seated=True)
    if session.terms.mode == "approval" and not party.approved:
        return replace(seated, status="pending_approval")
    if until is not None:
        return replace(seated, status="offered", until=until)
    return replace(seated, status="confirmed", until=None)
