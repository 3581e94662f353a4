"""Domain values as the facts that tell them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.event import Fact
from contracts.events import (
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
from contracts.session import SessionRef
from services.events.domain.registration import PENDING, Registration
from services.events.domain.session import Session

Tell = Callable[[Registration, SessionRef], Fact]


def session_ref(session: Session) -> SessionRef:
    """The session as others see it; a confidential one without title and place."""
    return SessionRef(
        session_id=session.session_id,
        activity_id=session.activity_id,
        programme=session.programme,
        kind=session.kind,
        street=session.street,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=None if session.confidential else session.title,
        place=None if session.confidential else session.place,
        confidential=session.confidential,
    )


def _about(registration: Registration, ref: SessionRef) -> dict[str, Any]:
    return {
        "registration_id": registration.registration_id, "session": ref,
        "party": registration.party, "household_ref": registration.household_ref,
    }


def confirmed(registration: Registration, ref: SessionRef) -> SignupConfirmed:
    """The party has its places."""
    return SignupConfirmed(**_about(registration, ref))


def promoted(registration: Registration, ref: SessionRef) -> SignupPromoted:
    """A waiting party has its places."""
    return SignupPromoted(**_about(registration, ref))


def waitlisted(position: int) -> Tell:
    """In line at `position`."""
    return lambda registration, ref: SignupWaitlisted(
        **_about(registration, ref), position=position
    )


def offered(registration: Registration, ref: SessionRef) -> SeatOffered:
    """Places are kept for the party until its deadline."""
    assert registration.until is not None
    return SeatOffered(**_about(registration, ref), until=registration.until)


def pending(registration: Registration, ref: SessionRef) -> SignupPending:
    """The party waits for a decision."""
    return SignupPending(
        **_about(registration, ref), waits_for=PENDING[registration.status],
        until=registration.until,
    )


def cancelled(was_seated: bool) -> Tell:
    """The registration was ended by somebody."""
    return lambda registration, ref: SignupCancelled(
        **_about(registration, ref), was="confirmed" if was_seated else "waitlisted",
        reason=registration.reason,  # type: ignore[arg-type]
    )


def lapsed(registration: Registration, ref: SessionRef) -> SignupLapsed:
    """The registration came to an end by itself, or by a word that was not its own."""
    return SignupLapsed(**_about(registration, ref), reason=registration.reason)  # type: ignore[arg-type]


def moved(was: Session) -> Tell:
    """Its session was moved from where it `was`."""
    return lambda registration, ref: SignupMoved(
        **_about(registration, ref), was_starts_at=was.starts_at, was_ends_at=was.ends_at
    )


def reminder(before: str) -> Tell:
    """It is time to remind: `before` is 24h or 2h."""
    return lambda registration, ref: ReminderDue(
        **_about(registration, ref), before=before  # type: ignore[arg-type]
    )
