"""Figures out of tallies: exact, null when never reported; what is confidential and small is not
told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracts.hours import fixed_length, hours
from services.stats.domain.day import DayRow
from services.stats.domain.period import UNITS, days_of
from services.stats.domain.programme import Programme
from services.stats.domain.tally import HOUSEHOLDS, PERSONS, Tally

Figure = int | float | None

NAMES = ("sessions", "attendances", "persons", "minutes", "hours", "served_reported", "households",
         "redemptions", "audience_online", "work_items_done", "work_items_total", "categories",
         "windows", "attendances_onsite")
_PARTS: Mapping[str, tuple[str, ...]] = {  # of what a figure is made, where its name is another
    "attendances": ("onsite", "audience_online"), "attendances_onsite": ("onsite",),
    "hours": ("minutes",), "households": (HOUSEHOLDS,),
}
_DISTINCT: Mapping[str, tuple[str, ...]] = {  # by what people and things are told of
    PERSONS: (PERSONS,), HOUSEHOLDS: ("visits", HOUSEHOLDS), "windows": ("redemptions",),
    "categories": ("work_items_total",),
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked for: local days, both inclusive; None leaves a side open or a filter out."""

    as_of: date
    since: date | None = None
    programme: str | None = None
    wing: str | None = None
    street: str | None = None
    owner: str | None = None

    @property
    def first(self) -> str:
        return self.since.isoformat() if self.since else ""

    @property
    def last(self) -> str:
        return self.as_of.isoformat()

    def part(self, by: str, name: str) -> Scope:
        """What of it lies in one of its parts: a wing, or a day, month or year (`2021-09`)."""
        if by not in UNITS:
            narrowed: dict[str, Any] = {by: name}
            return replace(self, **narrowed)
        first, last = days_of(by, name)
        return replace(self, since=max(first, self.since or first), as_of=min(last, self.as_of))

    def takes(self, row: DayRow, programme: Programme) -> bool:
        """Whether the row lies within it; wing and owner are those the programme has now."""
        place = row.place
        return (
            self.first <= place.day <= self.last
            and self.programme in (None, place.programme) and self.street in (None, place.street)
            and self.wing in (None, programme.wing) and self.owner in (None, programme.owner)
        )


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`values` by name. `suppressed` names what is null because it is small and confidential,
    `partial` what confidential parts were left out of; `methods` how people served were counted,
    as far as it is public (C-43)."""

    values: Mapping[str, Figure]
    suppressed: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Figure:
        return self.values[name]


def figures(total: Tally) -> Figures:
    """The figures as they may be shown (C-42, C-43); hours rounded once, after adding (C-02)."""
    values = _exact(total)
    hidden = [name for name in NAMES if _hides(total, name)]
    return Figures(
        values=values,
        suppressed=tuple(name for name in hidden if values[name] is None),
        partial=tuple(name for name in hidden if values[name] is not None),
        methods=tuple(sorted(total.names.get("served_methods", ()))),
    )


def _exact(total: Tally) -> dict[str, Figure]:
    onsite, online = _sum(total, "onsite"), _sum(total, "audience_online")
    minutes = _sum(total, "minutes")
    both = [part for part in (onsite, online) if part is not None]
    return {
        "sessions": _sum(total, "sessions"),
        "attendances": sum(both) if both else None,
        "attendances_onsite": onsite,
        "persons": _distinct(total, PERSONS),
        "minutes": minutes,
        "hours": None if minutes is None else hours(minutes),
        "served_reported": _sum(total, "served_reported"),
        "households": _distinct(total, HOUSEHOLDS),
        "redemptions": _sum(total, "redemptions"),
        "windows": _distinct(total, "windows"),
        "audience_online": online,
        "work_items_done": _sum(total, "work_items_done"),
        "work_items_total": _sum(total, "work_items_total"),
        "categories": _distinct(total, "categories"),
    }


def fixed_minutes(values: Figures) -> int | None:
    """C-48: the whole minutes k when minutes = k × attendances, to be flagged 按固定时长计."""
    minutes, attendances = values["minutes"], values["attendances_onsite"]
    return fixed_length(int(minutes or 0), int(attendances or 0))


def _sum(total: Tally, measure: str) -> int | None:
    return total.sums[measure] if total.reports[measure] else None


def _distinct(total: Tally, name: str) -> int | None:
    return total.distinct(name, told_by=_DISTINCT[name])


def _hides(total: Tally, name: str) -> bool:
    parts = _PARTS.get(name, (name,))
    return any(total.hides(part, told_by=_DISTINCT.get(part, ())) for part in parts)
