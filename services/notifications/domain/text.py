"""What may be said in an SMS, and how many segments it takes (C-36, C-37, N-21, N-22)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

LONGEST = 500  # UTF-16 units with the signature; more is refused (C-36)
ALONE, JOINED = 70, 67  # units of a single segment, and of one of several

_ADDRESS = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(com|cn|net|org|gov)\b", re.IGNORECASE)


class InvalidText(Exception):
    """A text that may not be sent; `field` names the variable at fault, or "text"."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def units(text: str) -> int:
    """UTF-16 code units, in which SMS counts: a character beyond the basic plane takes two."""
    return len(text.encode("utf-16-be")) // 2


def segments(text: str) -> int:
    """How many segments the text takes, the 【signature】 included.

    A gateway cuts by units, if need be within a surrogate pair; telephones join before reading.
    """
    count = units(text)
    return 1 if count <= ALONE else -(-count // JOINED)


def check_values(values: Mapping[str, object]) -> None:
    """Raises InvalidText for a variable with 【】, a web address or control characters."""
    for name, value in values.items():
        text = str(value)
        if "【" in text or "】" in text:
            raise InvalidText(name, "brackets of the signature")
        if any(unicodedata.category(character) == "Cc" for character in text):
            raise InvalidText(name, "control characters")
        if _ADDRESS.search(text):
            raise InvalidText(name, "address of a web page")


def check_length(text: str) -> None:
    """Raises InvalidText when the text is longer than any operator takes; it is never cut."""
    if units(text) > LONGEST:
        raise InvalidText("text", f"longer than {LONGEST}")
