"""The figures of the wall between folds that do not change them: in a rush nearly all do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from services.stats.domain.board import Parted
from services.stats.domain.day import DayRow

_NO_FIGURE = ("signups", "messages_")  # measures of the day, which the wall adds up each time


class _Made(NamedTuple):
    asked: Any
    rows: Mapping[str, DayRow]
    parts: Parted


class Remembered:
    """What was made last, in this process; the same rows and question give it again.

    A row that changed is another object (`store/days.py`), so the rest costs a look each.
    """

    def __init__(self) -> None:
        self._made: _Made | None = None

    def parts(self, asked: Any, rows: Sequence[DayRow], make: Callable[[], Parted]) -> Parted:
        """`make()`, or what it gave before if it would give the same. `asked` is all that the
        answer rests on beside the rows; it is compared by value."""
        made, by_key = self._made, {row.place.key: row for row in rows}
        if made is None or made.asked != asked or _differ(made.rows, by_key):
            parts = make()
        else:
            parts = made.parts
        self._made = _Made(asked, by_key, parts)
        return parts


def _differ(before: Mapping[str, DayRow], now: Mapping[str, DayRow]) -> bool:
    if before.keys() != now.keys():
        return True
    return any(row is not before[key] and not _same_figures(row, before[key])
               for key, row in now.items())


def _same_figures(one: DayRow, other: DayRow) -> bool:
    return (one.names == other.names and _figures(one.sums) == _figures(other.sums)
            and _figures(one.reports) == _figures(other.reports))


def _figures(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if not name.startswith(_NO_FIGURE)}
