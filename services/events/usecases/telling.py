"""Domain values as the facts that tell them."""

from __future__ import annotations

from contracts.events import SignupCancelled, SignupConfirmed, SignupPromoted, SignupWaitlisted
from contracts.session import SessionRef
from services.events.domain.signup import Registration, Session


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


def signed_up(registration: Registration, ref: SessionRef,
              position: int | None) -> SignupConfirmed | SignupWaitlisted:
    """Confirmed, or in line at `position`."""
    if position is None:
        return SignupConfirmed(
            registration_id=registration.registration_id, session=ref, party=registration.party,
            household_ref=registration.household_ref,
        )
    return SignupWaitlisted(
        registration_id=registration.registration_id, session=ref, party=registration.party,
        household_ref=registration.household_ref, position=position,
    )


def promoted(registration: Registration, ref: SessionRef) -> SignupPromoted:
    """A waiting party has its places."""
    return SignupPromoted(
        registration_id=registration.registration_id, session=ref, party=registration.party,
        household_ref=registration.household_ref,
    )


def cancelled(registration: Registration, ref: SessionRef) -> SignupCancelled:
    """The registration is over; `registration` as it was before."""
    return SignupCancelled(
        registration_id=registration.registration_id, session=ref, party=registration.party,
        household_ref=registration.household_ref,
        was="confirmed" if registration.status == "confirmed" else "waitlisted",
    )
