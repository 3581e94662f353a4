"""Consent, one toggle per purpose: off until given, off again from the next use (C-27)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.volunteers.domain.people.broken import OldText, UnknownPurpose

PURPOSES = ("id_number", "gps", "photo", "publication", "marketing_sms")
SHARING = "sharing/"  # and the receiver's key: each receiver has a toggle of its own


@dataclass(frozen=True, kw_only=True)
class Word:
    """Somebody's word on one purpose, by the text that they had read. Never changed."""

    purpose: str
    given: bool
    version: str
    at: datetime
    by: str  # "" for the volunteer themselves


def purposes(receivers: Sequence[str]) -> tuple[str, ...]:
    """All toggles there are."""
    return (*PURPOSES, *(f"{SHARING}{receiver}" for receiver in receivers))


def check_word(purpose: str, version: str, *, given: bool, current: str,
               receivers: Sequence[str]) -> None:
    """Raises UnknownPurpose, OldText: one agrees to the present text; any text can be left."""
    allowed = purposes(receivers)
    if purpose not in allowed:
        raise UnknownPurpose(allowed)
    if given and version != current:
        raise OldText(current)


def standing(words: Iterable[Word]) -> dict[str, Word]:
    """The last word on each purpose, of words in their order; what is not in it was never given."""
    return {word.purpose: word for word in words}


def is_given(words: Iterable[Word], purpose: str) -> bool:
    """Whether the purpose may be served now."""
    word = standing(words).get(purpose)
    return word is not None and word.given
