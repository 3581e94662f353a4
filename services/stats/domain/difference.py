"""Two ways to have come to the same figures, compared: what differs, day row by day row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby
from operator import itemgetter

from services.stats.domain.day import DayRow

Standing = Mapping[str, tuple[object, ...]]


def differences(served: Iterable[DayRow], anew: Iterable[DayRow]) -> list[str]:
    """One line for each measure of a day row that is not the same; no line names anybody.

    Both come ordered by the keys of their places, so that few rows are in memory at a time. A row
    of which nothing is reported any more is like one that never was.
    """
    return [
        f"{key} {name}: {_told(before, name)} served, {_told(after, name)} anew"
        for key, before, after in _side_by_side(served, anew)
        for name in _unlike(before, after)
    ]


def _side_by_side(served: Iterable[DayRow],
                  anew: Iterable[DayRow]) -> Iterator[tuple[str, Standing, Standing]]:
    """Each key with what stands under it on both sides."""
    both = merge(((row.place.key, 0, row) for row in served),
                 ((row.place.key, 1, row) for row in anew), key=itemgetter(0))
    for key, rows in groupby(both, key=itemgetter(0)):
        standing: list[Standing] = [{}, {}]
        for _, side, row in rows:
            standing[side] = _standing(row)
        yield key, standing[0], standing[1]


def _standing(row: DayRow) -> Standing:
    """Sums and how many reported them; of names who stands and how often."""
    found: dict[str, tuple[object, ...]] = {
        measure: (row.sums[measure], reports) for measure, reports in row.reports.items() if reports
    }
    for name, standing in row.names.items():
        if standing:
            found[f"names of {name}"] = (len(standing), standing.total(), standing)
    return found


def _unlike(before: Standing, after: Standing) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield name


def _told(standing: Standing, name: str) -> str:
    found = standing.get(name)
    return "nothing" if found is None else " of ".join(str(part) for part in found[:2])
