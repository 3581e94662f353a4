"""Two ways to have come to the same figures, compared: what differs, day row by day row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from services.stats.domain.day import DayRow

Standing = Mapping[str, tuple[object, ...]]


def differences(served: Iterable[DayRow], anew: Iterable[DayRow]) -> list[str]:
    """One line for each measure of a day row that is not the same; no line names anybody.

    A row of which nothing is reported any more is like one that never was.
    """
    before, after = _by_key(served), _by_key(anew)
    return [
        f"{key} {name}: {_told(before, key, name)} served, {_told(after, key, name)} anew"
        for key in sorted(before.keys() | after.keys())
        for name in _unlike(before.get(key, {}), after.get(key, {}))
    ]


def _by_key(rows: Iterable[DayRow]) -> dict[str, Standing]:
    return {row.place.key: standing for row in rows if (standing := _standing(row))}


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


def _told(standings: Mapping[str, Standing], key: str, name: str) -> str:
    found = standings.get(key, {}).get(name)
    return "nothing" if found is None else " of ".join(str(part) for part in found[:2])
