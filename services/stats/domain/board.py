"""The command office's board: the figures of one scope, and what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.stats.domain.counted import Counted, Parts
from services.stats.domain.day import DayRow
from services.stats.domain.feed import Happening
from services.stats.domain.figures import Figures, Scope, figures
from services.stats.domain.goal import Goal, Standing, latest, standing
from services.stats.domain.programme import Programme
from services.stats.domain.session import Session
from services.stats.domain.tally import Tally

MONTHS_SHOWN = 12
_MOVING = ("onsite", "sessions", "visits", "redemptions", "audience_online")


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything the tiles show. `today` are raw sums of the local day: sign-ups, messages.

    Parts are by the key of their programme, wing, street or month (`2021-09`). `held` counts
    attendances that are 待核实; `told_at`, `heard_at` and `folded_at` say how fresh
    all of it is, as `store/progress.py` has it; `silent_for` stands when facts stopped coming.
    """

    scope: Scope
    now: datetime
    total: Figures
    by_month: Parts
    by_programme: Parts
    by_wing: Parts
    by_street: Parts
    programmes: Mapping[str, Programme]
    today: Mapping[str, int]
    held: int
    goals: Sequence[Standing] = ()
    running: Sequence[Session] = ()
    feed: Sequence[Happening] = ()
    facts: int = 0
    told_at: datetime | None = None
    heard_at: datetime | None = None
    folded_at: datetime | None = None
    silent_for: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Parted:
    """The figures of a scope with their parts, as `parted` makes them."""

    total: Figures
    by_month: Parts
    by_programme: Parts
    by_wing: Parts
    by_street: Parts
    held: int
    goals: Sequence[Standing]


def parted(counted: Counted, scope: Scope, goals: Iterable[Goal] = ()) -> Parted:
    """Months are the last twelve up to the latest in which something happened; goals are those of
    the latest year that has any, by the last day of the scope."""
    total = counted.tally(scope)
    return Parted(
        total=figures(total), held=total.sums["held"],
        by_month=_by_month(counted, scope),
        by_programme=counted.parts(scope, "programme"),
        by_wing=counted.parts(scope, "wing"),
        by_street=counted.parts(scope, "street"),
        goals=[standing(counted, goal, scope.as_of) for goal in latest(goals, scope.as_of.year)],
    )


def sums_of_day(rows: Iterable[DayRow], day: date) -> Mapping[str, int]:
    """All sums of one day."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row.place.day == day.isoformat():
            sums.update(row.sums)
    return sums


def _by_month(counted: Counted, scope: Scope) -> Parts:
    moving = {row.place.day[:7] for row, _ in counted.selected(scope)
              if any(row.sums[measure] for measure in counted.told_of(row, _MOVING))}
    if not moving:
        return {}
    found, nothing = counted.parts(scope, "month"), figures(Tally())
    shown = _months_until(max(moving), since=min(moving))
    return {month: found.get(month, nothing) for month in shown}


def _months_until(last: str, *, since: str) -> list[str]:
    """Up to twelve months that end with the last one, none before `since`, gaps included."""
    year, month = int(last[:4]), int(last[5:])
    count = year * 12 + month - 1
    shown = range(count - MONTHS_SHOWN + 1, count + 1)
    months = (f"{at // 12:04d}-{at % 12 + 1:02d}" for at in shown)
    return [name for name in months if name >= since]
