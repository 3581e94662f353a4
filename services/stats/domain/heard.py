"""A fact as the folds take it: with its number in its subject and the moment it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.event import Fact
from contracts.session import SessionRef
from kernel.clock import local_day
from services.stats.domain.day import Place


@dataclass(frozen=True, kw_only=True)
class Heard:
    """`sequence` counts 1, 2, 3 … per subject: of two facts the higher one is the later."""

    id: str
    fact: Fact
    sequence: int
    told_at: datetime


def place_of(session: SessionRef) -> Place:
    """The session's place: the local day on which it starts, whole even across midnight (C-44)."""
    return Place(
        day=local_day(session.starts_at).isoformat(),
        programme=session.programme,
        street=session.street,
        confidential=session.confidential,
    )
