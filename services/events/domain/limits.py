"""Limits per person: one registration a session, no two at once, so many a series and a month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import SHANGHAI
from services.events.domain.broken import AlreadyRegistered, Clash, OverLimit
from services.events.domain.session import Session


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """A session for which somebody has an active registration, as kept with the person."""

    session_id: str
    activity_id: str
    series: str
    starts_at: datetime
    ends_at: datetime

    @property
    def month(self) -> tuple[int, int]:
        local = self.starts_at.astimezone(SHANGHAI)
        return local.year, local.month


def engagement(session: Session) -> Engagement:
    """What a registration for the session adds to each person's engagements."""
    return Engagement(
        session_id=session.session_id, activity_id=session.activity_id,
        series=session.terms.series or session.programme,
        starts_at=session.starts_at, ends_at=session.ends_at,
    )


def check_free(place: int, session: Session, engagements: Iterable[Engagement], *,
               bound: bool) -> None:
    """May the person at this place of the party register as well?

    Raises AlreadyRegistered (C-49); where limits bind (not for staff who enter what was), also
    Clash and OverLimit.
    """
    held = list(engagements)
    if any(each.session_id == session.session_id for each in held):
        raise AlreadyRegistered(place)
    if not bound:
        return
    new = engagement(session)
    if any(each.starts_at < new.ends_at and new.starts_at < each.ends_at for each in held):
        raise Clash(place)
    terms = session.terms
    same_series = [each for each in held if each.series == new.series]
    for what, limit, count in (
        ("同一活动", terms.per_activity, sum(e.activity_id == new.activity_id for e in held)),
        ("同一系列", terms.per_series, len(same_series)),
        ("同一系列每月", terms.per_month, sum(e.month == new.month for e in same_series)),
    ):
        if limit is not None and count >= limit:
            raise OverLimit.of_person(place, what=what, limit=limit)
