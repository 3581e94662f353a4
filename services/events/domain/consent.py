"""A guardian's consent (C-25): a state with a version, a time and an end, not a tick in a box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.events.domain.broken import UnknownConsent
from services.events.domain.session import Session

ConsentState = Literal["requested", "given", "refused", "withdrawn", "expired", "dropped"]
Decision = Literal["given", "refused", "withdrawn", "expired"]
Method = Literal["sms", "account"]  # by the code from the SMS, or signed in with the telephone

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that can be mistaken for another
CODE_LENGTH = 9


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One question to one guardian about the children of one registration.

    `consent_id` is the keyed hash of the code that opens it; the code itself is kept nowhere.
    `dropped`: the registration ended, or the activity changed and was asked about anew.
    """

    consent_id: str
    registration_id: str
    session_id: str
    guardian_ref: str
    children: tuple[str, ...]
    text_version: str
    state: ConsentState = "requested"
    requested_at: datetime
    until: datetime
    decided_at: datetime | None = None
    method: Method = "sms"


def normalise_code(written: str) -> str:
    """The code as it was made: capitals, without spaces and hyphens."""
    return "".join(written.split()).replace("-", "").upper()


def consent_until(session: Session, now: datetime) -> datetime:
    """When an unanswered question ends: after the activity's hours, at the start at the latest."""
    return min(now + timedelta(hours=session.terms.consent_hours), session.starts_at)


def decide(consent: Consent, decision: Decision, now: datetime,
           method: Method = "sms") -> Consent:
    """The consent after the guardian's word, or after nobody gave one in time.

    Raises UnknownConsent for a word that cannot be given (any more): a spent or expired question.
    A given consent can be withdrawn at any time.
    """
    allowed = consent.state == ("given" if decision == "withdrawn" else "requested")
    in_time = now >= consent.until if decision == "expired" else (
        decision == "withdrawn" or now < consent.until
    )
    if not allowed or not in_time:
        raise UnknownConsent
    return replace(consent, state=decision, decided_at=now, method=method)
