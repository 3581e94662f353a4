"""Walk-ins: places of those who have not come are given to those who stand at the door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.events.domain.registration import Registration
from services.events.domain.session import Session


@dataclass(frozen=True, kw_only=True)
class WalkIns:
    """`places`: persons who may enter now. `released`: whose places they would get, in order."""

    places: int
    released: tuple[Registration, ...] = ()


def walk_ins(session: Session, *, now: datetime, walk_in_after: int | None,
             unattended: Iterable[Registration], attended: int,
             party: int | None = None) -> WalkIns:
    """How many may walk in at `now`, and which confirmed registrations that releases.

    `walk_in_after`: minutes after the start, None for never. `unattended`: confirmed and not yet
    at the desk. `attended`: persons who were, and walk-ins who entered before. `party`: persons
    who stand at the door, None for as many as may. Before the time, after the end and once the
    session is closed nobody walks in.

    Parties are released whole, who signed up last first, and no more of them than needed: places
    that nobody holds come first. Nobody is admitted above the capacity.
    """
    if walk_in_after is None or not _is_time(session, now, timedelta(minutes=walk_in_after)):
        return WalkIns(places=0)
    waiting = sorted(unattended, key=lambda each: each.arrival, reverse=True)
    places = max(0, session.capacity - attended)
    wanted = places if party is None else party
    if wanted > places:
        return WalkIns(places=places)
    held = sum(each.size for each in waiting)
    return WalkIns(places=places, released=_released(waiting, wanted - (places - held)))


def _is_time(session: Session, now: datetime, after: timedelta) -> bool:
    return session.closed_at is None and session.starts_at + after <= now < session.ends_at


def _released(latest_first: Sequence[Registration], needed: int) -> tuple[Registration, ...]:
    released: list[Registration] = []
    for each in latest_first:
        if needed <= 0:
            break
        released.append(each)
        needed -= each.size
    return tuple(released)
