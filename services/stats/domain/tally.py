"""Day rows added up: sums, distinct people and households, and what had to be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.stats.domain.day import DayRow
from services.stats.domain.programme import Programme
from services.stats.domain.secrecy import GROUP_OF, GUARDED, Block, Guard, Window

PERSONS, HOUSEHOLDS = "persons", "visited_households"
_PUBLIC_NAMES = ("windows", "categories")  # of a confidential row: they name no people
_COUNTED = frozenset({PERSONS, HOUSEHOLDS, "served_methods", *_PUBLIC_NAMES})


@dataclass(kw_only=True)
class Tally:
    """`sums` and how many documents reported each (`reports`); `names` are distinct.

    `apart` are the people of each confidential block: they join no others, because who is counted
    once in two sets would show how many are in both. `hidden` names what was left out.
    """

    sums: Counter[str] = field(default_factory=Counter)
    reports: Counter[str] = field(default_factory=Counter)
    names: dict[str, set[str]] = field(default_factory=dict)
    apart: dict[str, list[set[str]]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    _blocks: set[Block] = field(default_factory=set)

    def add(self, row: DayRow, programme: Programme) -> None:
        """All of an open row."""
        _pile(self.sums, row.sums)
        _pile(self.reports, row.reports)
        for name, standing in row.names.items():
            if name == "attending_households":
                if not programme.counts_households:
                    continue
                name = HOUSEHOLDS
                self.reports[HOUSEHOLDS] += row.reports["onsite"]
            if name in _COUNTED:
                self.names.setdefault(name, set()).update(standing)
        self.reports[PERSONS] += row.reports["onsite"]

    def add_guarded(self, row: DayRow, programme: Programme, guard: Guard, window: Window) -> None:
        """Of a confidential row what may be let out: its blocks, and what is not about people."""
        for measure, amount in row.sums.items():
            if measure not in GROUP_OF:
                self.sums[measure] += amount
                self.reports[measure] += row.reports[measure]
        for name in _PUBLIC_NAMES:
            self.names.setdefault(name, set()).update(row.names.get(name, ()))
        for group in GUARDED:
            if row.reports[group] <= 0:
                continue
            block = guard.block(row.place, group)
            if block is None or not block.is_within(window):
                self.hidden.update(_about(group, programme))
            elif block not in self._blocks:
                self._blocks.add(block)
                self._add_block(block, programme, guard.smallest)

    def _add_block(self, block: Block, programme: Programme, smallest: int) -> None:
        _pile(self.sums, block.row.sums)
        _pile(self.reports, block.row.reports)
        for name in _people(block.group, programme):
            people = set(block.row.names.get(_standing(name, block.group), ()))
            if len(people) < smallest:
                self.hidden.add(name)
            else:
                self.apart.setdefault(name, []).append(people)

    def distinct(self, name: str, *, told_by: Iterable[str]) -> int | None:
        """How many different ones; of people apart only when nobody else stands beside them."""
        if any(self.reports[measure] for measure in told_by):
            return len(self.names.get(name, ()))
        apart = self.apart.get(name, [])
        return len(apart[0]) if len(apart) == 1 else None

    def hides(self, name: str, *, told_by: Iterable[str] = ()) -> bool:
        """Whether something confidential is missing from it."""
        apart = len(self.apart.get(name, ()))
        alone = apart == 1 and not any(self.reports[measure] for measure in told_by)
        return name in self.hidden or (apart > 0 and not alone)


def _about(group: str, programme: Programme) -> set[str]:
    """Everything that is missing when a group is."""
    return {*GUARDED[group], *_people(group, programme)}


def _people(group: str, programme: Programme) -> tuple[str, ...]:
    if group == "onsite":
        return (PERSONS, HOUSEHOLDS) if programme.counts_households else (PERSONS,)
    return (HOUSEHOLDS,) if group == "visits" else ()


def _standing(name: str, group: str) -> str:
    """How a row calls them."""
    return "attending_households" if name == HOUSEHOLDS and group == "onsite" else name


def _pile(onto: Counter[str], more: Mapping[str, int]) -> None:
    """What Counter.update does, three times as fast: the board does it thousands of times."""
    for name, amount in more.items():
        onto[name] = onto.get(name, 0) + amount
