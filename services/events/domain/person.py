"""Who signs up: somebody known by reference, or a newcomer with name and telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MOBILE = re.compile(r"^1[3-9]\d{9}$", re.ASCII)
NOISE = re.compile(r"[\s\-()（）\u2010-\u2015]+")
CONSENT_AGE = 14


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A first sign-up; `phone` is normalised. Never in a fact, a log line or a public document."""

    name: str
    phone: str
    birth_date: date | None = None

    def identity(self) -> str:
        """What the keyed hash is made of: the same name and number are the same person."""
        return f"{self.phone}|{self.name}"


Member = str | Newcomer


def normalise_phone(written: str) -> str | None:
    """A mainland mobile number as eleven digits, or None when it is none (C-34).

    Spaces, hyphens, brackets, full-width digits and the prefixes +86, 0086 and 86 are accepted.
    """
    digits = NOISE.sub("", written).translate(FULL_WIDTH)
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits[len(prefix):]
            break
    return digits if MOBILE.match(digits) else None


def normalise_name(written: str) -> str:
    """The name without white space around or doubled inside."""
    return " ".join(written.split())


def needs_guardian(newcomer: Newcomer, day: date) -> bool:
    """Under fourteen on the local day: nothing is kept before a guardian's consent (C-25)."""
    return newcomer.birth_date is not None and age_on(newcomer.birth_date, day) < CONSENT_AGE


def age_on(birth_date: date, day: date) -> int:
    """Whole years on a local day; who was born on 29 February turns older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0B: "+"}
