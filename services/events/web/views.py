"""What answers and pages show of an activity, a session, a registration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.events.domain.session import Session
from services.events.domain.signup import Door, door_of
from services.events.domain.terms import SeatKind
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

    key: str
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
        coming = [each for each in offers(listed, now) if each.session.cancelled_at is None]
        if coming:
            entries.setdefault(listed.activity.programme, []).append((listed, coming))
    return [
        Group(key=each["key"], title=each["title"], entries=entries[each["key"]])
        for each in programmes if each["key"] in entries
    ]


def chosen(groups: Iterable[Group], *, programme: str | None, street: str | None) -> list[Group]:
    """Those of the programme, and in them what is in the street; all where nothing is asked for."""
    kept = []
    for group in groups:
        entries = [each for each in group.entries
                   if street is None or each[0].activity.street == street]
        if entries and programme in (None, group.key):
            kept.append(replace(group, entries=entries))
    return kept


def streets(groups: Iterable[Group]) -> list[str]:
    """The streets in which anything is on."""
    return sorted({listed.activity.street for group in groups for listed, _ in group.entries})


def seats(found: Iterable[Offer]) -> list[SeatKind]:
    """The kinds of seat that can be chosen, as the first session with each names it."""
    kinds = {kind.key: kind for offer in found if offer.door != "over"
             for kind in reversed(offer.session.seats)}
    return list(reversed(kinds.values()))
