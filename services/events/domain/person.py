"""Who signs up: somebody known by reference, or a newcomer with name and telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.clock import age_on, local_day
from services.events.domain.broken import (
    AgeOutsideLimits,
    BirthDateNeeded,
    GuardianConsentNeeded,
    GuardianNotAllowed,
)
from services.events.domain.session import Session

CONSENT_AGE = 14


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """Who answers for a child; found by telephone, asked by SMS."""

    name: str
    phone: str

    def identity(self) -> str:
        """As a newcomer's: a guardian may take part as well."""
        return f"{self.phone}|{self.name}"


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A first sign-up; `phone` is normalised. Never in a fact, a log line or a public document."""

    name: str
    phone: str
    birth_date: date | None = None
    guardian: Guardian | None = None
    seat: str = ""

    def identity(self) -> str:
        """What the keyed hash is made of: the same name and number are the same person."""
        return f"{self.phone}|{self.name}"


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody who was here before, by reference."""

    person_ref: str
    seat: str = ""


Member = Known | Newcomer


@dataclass(frozen=True, kw_only=True)
class Person:
    """What sign-up needs to know of somebody, besides their reference."""

    person_ref: str
    birth_date: date | None
    guardian_ref: str | None


def check_age(place: int, person: Person, session: Session) -> bool:
    """Whether a guardian must consent (C-25): under fourteen on the local day of the session.

    Raises BirthDateNeeded, AgeOutsideLimits (C-26), GuardianConsentNeeded. Where the activity has
    an age limit an unknown birth date is refused; where it has none, who gives no birth date
    declares to be fourteen or older, as the page says.
    """
    terms = session.terms
    if person.birth_date is None:
        if terms.has_age_rule:
            raise BirthDateNeeded(place)
        return False
    age = age_on(person.birth_date, local_day(session.starts_at))
    too_young = terms.min_age is not None and age < terms.min_age
    too_old = terms.max_age is not None and age > terms.max_age
    if too_young or too_old:
        raise AgeOutsideLimits(place, min_age=terms.min_age, max_age=terms.max_age)
    if age >= CONSENT_AGE:
        return False
    if person.guardian_ref is None:
        raise GuardianConsentNeeded(place)
    if person.guardian_ref == person.person_ref:
        raise GuardianNotAllowed(place)
    return True
