"""What confidential programmes let out: calendar months with enough people, as wholes.

Of a programme's confidential rows, each calendar month is one block for each group of measures.
A block is let out when its month is over and at least `smallest` people stand in it, and only into
answers whose days include the whole month. So whatever outsiders subtract, what is left is made of
blocks. A 0 is withheld like a 3, and which days had anybody never shows (decision 0013).
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.stats.domain.day import DayRow, Place

GUARDED: Mapping[str, tuple[str, ...]] = {  # measures that are let out together, by their group
    "onsite": ("onsite", "minutes", "held"),
    "served_reported": ("served_reported",),
    "audience_online": ("audience_online",),
    "redemptions": ("redemptions",),
    "visits": ("visits",),
}
GROUP_OF: Mapping[str, str] = {
    measure: group for group, measures in GUARDED.items() for measure in measures
}
_MONTH = len("2021-09")
# who stands in a group, where that is known; elsewhere the measure itself counts people
_PEOPLE: Mapping[str, str] = {"onsite": "persons", "visits": "visited_households"}


@dataclass(frozen=True, kw_only=True)
class Window:
    """Days that are asked for, as ISO text; a block counts only when it lies inside as a whole."""

    first: str
    last: str
    whole: bool = True  # False: only a part of each day is asked for, so no block counts


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """A month of one programme, first to last day, with all that it adds to one group."""

    group: str
    first: str
    last: str
    row: DayRow

    def is_within(self, window: Window) -> bool:
        return window.whole and window.first <= self.first and self.last <= window.last


@dataclass(frozen=True, kw_only=True)
class Guard:
    """The blocks that may be let out, by programme, month and group; the rest is withheld."""

    smallest: int
    blocks: Mapping[tuple[str, str, str], Block]

    def block(self, place: Place, group: str) -> Block | None:
        return self.blocks.get((place.programme, place.day[:_MONTH], group))


def guard_of(rows: Iterable[DayRow], *, today: str, smallest: int) -> Guard:
    """The blocks of these confidential rows. A month that is not over is in none: whoever looked
    every minute would see people come one by one."""
    found: dict[tuple[str, str, str], Block] = {}
    for (programme, month), inside in _months(rows).items():
        if month >= today[:_MONTH]:
            continue
        for group in GUARDED:
            block = _block(month, inside, group)
            if _people(block) >= smallest:
                found[(programme, month, group)] = block
    return Guard(smallest=smallest, blocks=found)


def _months(rows: Iterable[DayRow]) -> Mapping[tuple[str, str], list[DayRow]]:
    months: dict[tuple[str, str], list[DayRow]] = {}
    for row in rows:
        months.setdefault((row.place.programme, row.place.day[:_MONTH]), []).append(row)
    return months


def _block(month: str, rows: list[DayRow], group: str) -> Block:
    total = DayRow(place=rows[0].place)
    for row in rows:
        if row.reports[group] <= 0:
            continue
        for measure in GUARDED[group]:
            total.sums[measure] += row.sums[measure]
            total.reports[measure] += row.reports[measure]
        for name, standing in row.names.items():
            total.names.setdefault(name, Counter()).update(standing)
    _, days = monthrange(int(month[:4]), int(month[5:]))
    return Block(group=group, first=f"{month}-01", last=f"{month}-{days}", row=total)


def _people(block: Block) -> int:
    name = _PEOPLE.get(block.group)
    return len(block.row.names.get(name, ())) if name else block.row.sums[block.group]
