"""A look at minors' data that somebody asked for and other eyes decide (C-28)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kernel.acting import Acting, not_other_eyes
from kernel.asking import Asked
from services.events.domain.broken import LookDecided, SelfMade

LookKind = Literal["roster", "person"]


@dataclass(frozen=True, kw_only=True)
class Look(Asked):
    """`about` is a session's id or a person's reference."""

    kind: LookKind
    about: str


def check_decider(look: Look, acting: Acting) -> None:
    """Raises LookDecided; SelfMade for who asked and for whom it is about (C-17)."""
    if look.state != "pending":
        raise LookDecided
    if not_other_eyes(acting, maker=Acting(actor=look.asked_by), concerned=[look.about]):
        raise SelfMade
