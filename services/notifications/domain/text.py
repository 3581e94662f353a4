"""What may be said in an SMS, and how many segments it takes (C-36, C-37, N-21, N-22)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

LONGEST = 500  # UTF-16 units with the signature; more is refused (C-36)
ALONE, JOINED = 70, 67  # units of a single segment, and of one of several
# what staff may write in a text for many, and the variable of the session that it stands for
MARKS: Mapping[str, str] = {"{活动}": "title", "{时间}": "when", "{地点}": "place"}

_ENDINGS = (
    "com|cn|net|org|gov|edu|mil|info|biz|io|me|cc|tv|top|xyz|vip|shop|club|site|online|wang|ltd|"
    "link|live|fun|work|pro|mobi|asia|app|dev|ink|red|icu|hk|mo|tw"
)
_ADDRESS = re.compile(  # letters and digits of ASCII only: in Chinese no space stands before it
    rf"[a-z][a-z0-9+.-]*://|www\.|\b[a-z0-9-]+\.({_ENDINGS})\b|[.](中国|公司|网络)", re.ASCII
)


class InvalidText(Exception):
    """A text that may not be sent; `field` names the variable at fault, or "text"."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def units(text: str) -> int:
    """UTF-16 code units, in which SMS counts: a character beyond the basic plane takes two."""
    return len(text.encode("utf-16-be")) // 2


def segments(text: str) -> int:
    """How many segments the text takes, the 【signature】 included, as `cut` makes them (N-22)."""
    return len(cut(text))


def segments_by_units(text: str) -> int:
    """The same where the gateway cuts, as Kannel does: by units, if need be within a surrogate
    pair (telephones join before they read), so it may take one segment less."""
    count = units(text)
    return 1 if count <= ALONE else -(-count // JOINED)


def cut(text: str) -> list[str]:
    """The text in segments: whole when it fits alone, else in parts of at most 67 units, never
    within a surrogate pair (N-22). Joined they are the text."""
    if units(text) <= ALONE:
        return [text]
    parts: list[str] = []
    start, taken = 0, 0
    for place, character in enumerate(text):
        size = units(character)
        if taken + size > JOINED:
            parts.append(text[start:place])
            start, taken = place, 0
        taken += size
    return [*parts, text[start:]]


def check_values(values: Mapping[str, object]) -> None:
    """Raises InvalidText for a variable with 【】, a web address, control characters or half of a
    surrogate pair. Full-width letters and stops count as the plain ones."""
    for name, value in values.items():
        text = str(value)
        if "【" in text or "】" in text:
            raise InvalidText(name, "brackets of the signature")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise InvalidText(name, "control characters")
        plain = unicodedata.normalize("NFKC", text).casefold()
        if _ADDRESS.search(plain):
            raise InvalidText(name, "address of a web page")


def check_length(text: str) -> None:
    """Raises InvalidText when the text is longer than any operator takes; it is never cut."""
    if units(text) > LONGEST:
        raise InvalidText("text", f"longer than {LONGEST}")


def with_session(words: str, named: Mapping[str, object]) -> str:
    """Staff's words with their marks replaced by what the session is called."""
    marks = "|".join(map(re.escape, MARKS))
    return re.sub(marks, lambda found: str(named.get(MARKS[found[0]], "")), words)
