"""What answers and pages show of an activity, a session, a registration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.events.domain.session import Session
from services.events.domain.signup import Door, door_of
from services.events.usecases.activities import Listed


def activity(listed: Listed) -> dict[str, Any]:
    """An activity as `ActivityAnswer` dumps it."""
    return {
        "id": listed.activity.activity_id, **vars(listed.activity),
        "mode": listed.activity.terms.mode, "terms": vars(listed.activity.terms),
        "sessions": [session(each) for each in listed.sessions],
    }


def session(kept: Session) -> dict[str, Any]:
    """A session as `SessionAnswer` dumps it."""
    return {"id": kept.session_id, **vars(kept), "places_left": kept.places_left}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A session as a resident sees it now."""

    session: Session
    door: Door

    @property
    def may_join(self) -> bool:
        return self.door in ("free", "full")


@dataclass(frozen=True, kw_only=True)
class Group:
    """A programme with its coming activities and what can be joined in each."""

    title: str
    entries: Sequence[tuple[Listed, Sequence[Offer]]]


def offers(listed: Listed, now: datetime) -> list[Offer]:
    """The activity's sessions that have not ended, with what a resident finds at each."""
    return [
        Offer(session=each, door=door_of(each, now))
        for each in listed.sessions if each.ends_at > now and each.closed_at is None
    ]


def best(found: Sequence[Offer]) -> Offer:
    """The one to suggest: the first with places, else the first with a line, else the first."""
    return min(found, key=lambda offer: ("free", "full", "not_open", "over").index(offer.door))


def by_programme(found: Iterable[Listed], programmes: Iterable[Mapping[str, Any]],
                 now: datetime) -> list[Group]:
    """Activities with something still to come, under their programmes, in the programmes' order."""
    entries: dict[str, list[tuple[Listed, Sequence[Offer]]]] = {}
    for listed in found:
        coming = offers(listed, now)
        if coming:
            entries.setdefault(listed.activity.programme, []).append((listed, coming))
    return [
        Group(title=each["title"], entries=entries[each["key"]])
        for each in programmes if each["key"] in entries
    ]
