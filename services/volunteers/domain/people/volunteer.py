"""A volunteer as a person: a number that says nothing, a sealed identity, references to events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from stdnum import damm

from kernel.clock import age_on
from services.volunteers.domain.people.broken import (
    BirthDateDiffers,
    BirthDateNeeded,
    GuardianConsentNeeded,
    ImplausibleAge,
)
from services.volunteers.domain.people.document import Document

CONSENT_AGE = 14  # 未满十四周岁: a guardian consents (PIPL Art. 31)
ADULT_AGE = 18
State = Literal["active", "stopped", "erased"]
_NUMBERS = 9 * 10**8


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """Who answers for a child, and how their consent is proven: version, time, method (C-25)."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    relation: str
    text_version: str
    method: Literal["in_person", "signed_form"]
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What is sealed as a whole. `number` is None once the consent to keep it was withdrawn."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    birth_date: date = field(repr=False)
    document_type: str
    number: str | None = field(repr=False)
    guardian_name: str | None = field(default=None, repr=False)
    guardian_phone: str | None = field(default=None, repr=False)

    def is_minor(self, day: date) -> bool:
        """Under eighteen on the local day."""
        return age_on(self.birth_date, day) < ADULT_AGE


@dataclass(frozen=True, kw_only=True)
class Volunteer:
    """One person in the register. `held` are the qualifications that were told, with their last day
    (None: no end); `code_serial` is what the code to their own data is derived from."""

    volunteer_no: str
    person_refs: tuple[str, ...]
    state: State = "active"
    registered_at: datetime
    registered_by: str
    code_serial: str
    held: Mapping[str, date | None] = field(default_factory=dict)
    stopped_at: datetime | None = None


def number_from(random_hex: str) -> str:
    """A volunteer's number (编号): nine random digits and a check digit, nothing of the person.

    The check digit (Damm) finds every single wrong digit and every two that were swapped.
    """
    digits = str(10**8 + int(random_hex, 16) % _NUMBERS)
    return digits + damm.calc_check_digit(digits)


def is_number(written: str) -> bool:
    """Whether it may be a volunteer's number at all."""
    return len(written) == 10 and bool(damm.is_valid(written))


def birth_date_of(document: Document, given: date | None, *, today: date, oldest: int) -> date:
    """The document's birth date, or the one that was given where it has none.

    Raises BirthDateNeeded (C-25: unknown fails closed), BirthDateDiffers, ImplausibleAge.
    """
    born = document.birth_date or given
    if born is None:
        raise BirthDateNeeded
    if given is not None and given != born:
        raise BirthDateDiffers
    if age_on(born, today) > oldest:
        raise ImplausibleAge(oldest)
    return born


def check_guardian(born: date, guardian: Guardian | None, *, today: date, staff: bool) -> None:
    """Under fourteen on the local day only with a guardian's consent that staff took (C-25).

    Raises GuardianConsentNeeded.
    """
    if age_on(born, today) < CONSENT_AGE and (guardian is None or not staff):
        raise GuardianConsentNeeded
