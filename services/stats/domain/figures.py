"""Figures out of day rows: exact, null when never reported, small confidential numbers withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.hours import fixed_length, hours
from services.stats.domain.day import DayRow
from services.stats.domain.programme import Programme

Figure = int | float | None
SMALLEST_SHOWN = 5  # a confidential count from 1 to 4 could point at a family

NAMES = ("sessions", "attendances", "persons", "minutes", "hours", "served_reported", "households",
         "redemptions", "audience_online", "work_items_done", "work_items_total", "categories",
         "windows", "attendances_onsite")
_ABOUT_PEOPLE = {"attendances", "persons", "minutes", "hours", "served_reported", "households",
                 "redemptions", "audience_online", "attendances_onsite"}
_NO_ROWS: Mapping[str, int] = Counter()


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked for: local days, both inclusive; None leaves a side open or a filter out."""

    as_of: date
    since: date | None = None
    programme: str | None = None
    wing: str | None = None
    street: str | None = None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`values` by name; `suppressed` names what is withheld: small and confidential."""

    values: Mapping[str, Figure]
    suppressed: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Figure:
        return self.values[name]


@dataclass(kw_only=True)
class Tally:
    """Day rows added up. `secret` counts the reports that came from confidential rows."""

    sums: Counter[str] = field(default_factory=Counter)
    reports: Counter[str] = field(default_factory=Counter)
    secret: Counter[str] = field(default_factory=Counter)
    names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, row: DayRow, programme: Programme) -> None:
        _pile(self.sums, row.sums)
        _pile(self.reports, row.reports)
        if programme.confidential or row.place.confidential:
            _pile(self.secret, row.reports)
        for name, standing in row.names.items():
            self._stand(name, standing, row, programme)

    def _stand(self, name: str, standing: Mapping[str, int], row: DayRow,
               programme: Programme) -> None:
        if name == "attending_households":
            if not programme.counts_households:
                return
            name = "visited_households"
            self.reports[name] += row.reports["onsite"]
        self.names.setdefault(name, set()).update(standing)


def _pile(onto: Counter[str], more: Mapping[str, int]) -> None:
    """What Counter.update does, three times as fast: the board does it thousands of times."""
    for name, amount in more.items():
        onto[name] = onto.get(name, 0) + amount


def select(rows: Iterable[DayRow], programmes: Mapping[str, Programme], scope: Scope) \
        -> Iterable[tuple[DayRow, Programme]]:
    """The rows within the scope, each with its programme."""
    first = scope.since.isoformat() if scope.since else ""
    last = scope.as_of.isoformat()
    for row in rows:
        place = row.place
        if not first <= place.day <= last:
            continue
        if scope.programme not in (None, place.programme):
            continue
        if scope.street not in (None, place.street):
            continue
        programme = programmes.get(place.programme) or Programme.untold(place.programme)
        if scope.wing in (None, programme.wing):
            yield row, programme


def tally(selected: Iterable[tuple[DayRow, Programme]]) -> Tally:
    """Everything selected, added up; a name counts once however many rows have it."""
    total = Tally()
    for row, programme in selected:
        total.add(row, programme)
    return total


def figures(total: Tally) -> Figures:
    """The figures as they may be shown (C-42, C-43); hours rounded once, after adding (C-02)."""
    values = _exact(total)
    suppressed = tuple(name for name in NAMES if _is_withheld(name, values, total))
    return Figures(values={name: None if name in suppressed else values[name] for name in NAMES},
                   suppressed=suppressed)


def _exact(total: Tally) -> dict[str, Figure]:
    onsite, online = _sum(total, "onsite"), _sum(total, "audience_online")
    minutes = _sum(total, "minutes")
    both = [part for part in (onsite, online) if part is not None]
    return {
        "sessions": _sum(total, "sessions"),
        "attendances": sum(both) if both else None,
        "attendances_onsite": onsite,
        "persons": _distinct(total, "persons", told_by="onsite"),
        "minutes": minutes,
        "hours": None if minutes is None else hours(minutes),
        "served_reported": _sum(total, "served_reported"),
        "households": _households(total),
        "redemptions": _sum(total, "redemptions"),
        "windows": _distinct(total, "windows", told_by="redemptions"),
        "audience_online": online,
        "work_items_done": _sum(total, "work_items_done"),
        "work_items_total": _sum(total, "work_items_total"),
        "categories": _distinct(total, "categories", told_by="work_items_total"),
    }


def fixed_minutes(values: Figures) -> int | None:
    """C-48: the whole minutes k when minutes = k × attendances, to be flagged 按固定时长计."""
    minutes, attendances = values["minutes"], values["attendances_onsite"]
    return fixed_length(int(minutes or 0), int(attendances or 0))


def _sum(total: Tally, measure: str) -> int | None:
    return total.sums[measure] if total.reports[measure] else None


def _distinct(total: Tally, name: str, *, told_by: str) -> int | None:
    return len(total.names.get(name, ())) if total.reports[told_by] else None


def _households(total: Tally) -> int | None:
    told = total.reports["visits"] or total.reports["visited_households"]
    return len(total.names.get("visited_households", ())) if told else None


_TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "attendances": ("onsite", "audience_online"), "attendances_onsite": ("onsite",),
    "persons": ("onsite",), "minutes": ("minutes",), "hours": ("minutes",),
    "households": ("visits", "onsite"),
}


def _is_withheld(name: str, values: Mapping[str, Figure], total: Tally) -> bool:
    """Whether it is small and confidential rows have a part in it."""
    if name not in _ABOUT_PEOPLE or values[name] is None:
        return False
    counted = {"minutes": "attendances_onsite", "hours": "attendances_onsite"}.get(name, name)
    amount = values[counted] or 0
    told = _TOLD_BY.get(name, (name,))
    return 0 < amount < SMALLEST_SHOWN and any(total.secret[measure] for measure in told)
