"""To whom what may be said: opt-out by reply, consent, and what is said in any case (N-19).

A message is necessary (必要: somebody acts on it), or one that an opt-out stops, or promotional
(推广): that needs consent beforehand. Which purposes an opt-out stops is a setting; that promotion
needs consent is law (PIPL Art. 13, 通信短信息服务管理规定 Art. 18) and is none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.notifications.domain.message import Purpose
from services.notifications.domain.text import InvalidText

PROMOTIONAL: frozenset[str] = frozenset({"marketing"})
HOW_TO_STOP = "拒收请回复R"  # ends whatever is promotional
STOP, START = frozenset({"td", "t", "r", "退订"}), frozenset({"dy", "订阅"})
Word = Literal["stop", "start"]
Source = Literal["reply", "blacklist"]


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One SMS from a telephone; `sequence_id` is the provider's, the same when it brings it again.

    `number` as the provider writes it.
    """

    provider: str
    sequence_id: str
    number: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was last said for a number, by reply or by its provider's list."""

    out: bool
    at: datetime
    source: Source


@dataclass(frozen=True, kw_only=True)
class Given:
    """A person's last word on promotional texts, as they gave it on a page (C-27)."""

    given: bool
    at: datetime


def word_of(text: str) -> Word | None:
    """What a reply asks for: TD, T, R or 退订 to stop, DY or 订阅 to start again; else None.

    Full-width or half-width, upper or lower case, with spaces, quotes and stops around or within.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    said = "".join(each for each in plain if unicodedata.category(each)[0] in "LN")
    if said in STOP:
        return "stop"
    return "start" if said in START else None


def unwanted(purpose: Purpose, optional: Collection[Purpose], *, wish: Wish | None,
             given: Given | None) -> str | None:
    """Why a message may not be sent: `opted_out`, `no_consent`; None if it may.

    Consent given after an opt-out counts for promotion: the later word holds.
    """
    is_out = wish is not None and wish.out
    if purpose in PROMOTIONAL:
        if given is None or not given.given:
            return "no_consent"
        return "opted_out" if wish is not None and is_out and wish.at >= given.at else None
    return "opted_out" if is_out and purpose in optional else None


def check_ending(purpose: Purpose, text: str) -> None:
    """Raises InvalidText for a promotional text that does not say at its end how to stop it."""
    if purpose in PROMOTIONAL and not text.endswith(HOW_TO_STOP):
        raise InvalidText("text", f"promotion ends with {HOW_TO_STOP}")
