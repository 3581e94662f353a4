"""Rulings: what a person decided of somebody's time at a session, or of a whole day's limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from contracts.session import SessionRef
from kernel.clock import to_milliseconds
from services.volunteers.domain.broken import (
    LongerThanSession,
    NothingDecided,
    NoVoluntaryService,
    SpansOverlap,
)
from services.volunteers.domain.spans import MINUTE, Span, Spans, minutes

RulingBasis = Literal["organiser", "supplement", "import"]
Level = Literal["parent", "department"]
LEVELS: tuple[Level, ...] = ("parent", "department")
CREDITED_KINDS = frozenset({"shift"})


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A decision on one person at one session; it replaces what the scans would give (C-16).

    Either `spans` (time served; none at all: nothing is credited) or `minutes`, where only the
    amount is known: they are taken to begin with the session, because the same minute must not
    count again elsewhere (C-07). `extension` are approved minutes beyond the scheduled length
    (C-01). The last decision counts: by `decided_at`, then `ruling_id`. `evidence` and `actor`
    are references, never names.
    """

    ruling_id: str
    person_ref: str
    session: SessionRef
    basis: RulingBasis
    evidence: str
    reason: str
    actor: str
    decided_at: datetime
    spans: Spans = ()
    minutes: int | None = None
    extension: int = 0

    @property
    def order(self) -> tuple[datetime, str]:
        """The greater one is the later decision."""
        return self.decided_at, self.ruling_id

    def served(self, starts_at: datetime) -> Spans:
        """The time that it credits at a session that starts then."""
        if self.minutes is None:
            return self.spans
        end = starts_at + timedelta(minutes=self.minutes)
        return (Span(starts_at, end),) if self.minutes else ()


@dataclass(frozen=True, kw_only=True)
class DayApproval:
    """How much of a day over the limit is approved (C-09): nothing, the parent organisation's
    band, or all of it by the department. The last word on a person and a day counts."""

    approval_id: str
    person_ref: str
    day: date
    level: Level | None
    reason: str
    actor: str
    decided_at: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        """The greater one is the later decision."""
        return self.decided_at, self.approval_id


def kept(ruling: Ruling) -> Ruling:
    """With its moments as the database keeps them, so that what is entered and kept agree."""
    spans = tuple(Span(to_milliseconds(each.start), to_milliseconds(each.end))
                  for each in ruling.spans)
    return replace(ruling, spans=spans, decided_at=to_milliseconds(ruling.decided_at))


def is_credited(session: SessionRef) -> bool:
    """Only voluntary service is credited (C-12)."""
    return session.kind in CREDITED_KINDS


def check(ruling: Ruling, session: SessionRef) -> None:
    """Raises NoVoluntaryService (C-12), NothingDecided, SpansOverlap, or LongerThanSession: nobody
    decides more than the scheduled length and its approved extension (C-05, C-20)."""
    if not is_credited(session):
        raise NoVoluntaryService(session.kind)
    if ruling.minutes is not None and (ruling.spans or ruling.minutes < 0):
        raise NothingDecided
    ordered = sorted(ruling.spans, key=lambda span: span.start)
    for one, other in pairwise(ordered):
        if other.start < one.end:
            raise SpansOverlap
    if any(span.end <= span.start for span in ruling.spans):
        raise SpansOverlap
    most = (session.ends_at - session.starts_at) // MINUTE + ruling.extension
    decided = minutes(ruling.served(session.starts_at))
    if decided > most:
        raise LongerThanSession(decided, most=most)
