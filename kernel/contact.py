"""How people write their name and telephone number, brought into one form; masks for both."""

from __future__ import annotations

import re

MOBILE = re.compile(r"^1[3-9]\d{9}$", re.ASCII)
NOISE = re.compile(r"[\s\-()（）\u2010-\u2015]+")
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0B: "+"}


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


def masked_phone(phone: str) -> str:
    """139****0001: enough to know one's own number by (C-30)."""
    return f"{phone[:3]}****{phone[-4:]}"


def masked_name(name: str) -> str:
    """张*: the first character, a star for each other one, three at most (C-30)."""
    return f"{name[:1]}{'*' * max(1, min(len(name) - 1, 3))}"


def masked_number(number: str) -> str:
    """The first and the last two characters of a document's number, stars between (C-30)."""
    return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
