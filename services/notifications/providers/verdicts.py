"""From a provider's code to what it means for us, by the provider's one table (N-7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase

from services.notifications.domain.outcome import Refused, Verdict

Table = Mapping[Verdict, tuple[str, ...]]

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
_LONG_NUMBER = re.compile(r"\d{5,}")


def refused(table: Table, code: object, wait: timedelta | None = None) -> Refused:
    """What the code means; `*` in a table stands for any characters. A code in no row is
    ambiguous and not listed. `wait`: the provider takes it no sooner."""
    text = clean(code)
    for verdict, codes in table.items():
        if any(fnmatchcase(text, known) for known in codes):
            return Refused(text, verdict, wait=wait)
    return Refused(text, "ambiguous", listed=False)


def clean(code: object) -> str:
    """The code as it may be kept and shown: a word, without digits enough for a number."""
    text = str(code)
    return text if _CODE.fullmatch(text) and not _LONG_NUMBER.search(text) else "malformed_code"
