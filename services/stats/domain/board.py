"""The command office's board: the figures of one scope, and what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from services.stats.domain.day import DayRow
from services.stats.domain.feed import Happening
from services.stats.domain.figures import Figure, Figures, Scope, Tally, figures, select, tally
from services.stats.domain.programme import UNKNOWN_WING, Programme
from services.stats.domain.session import Session

Selected = Sequence[tuple[DayRow, Programme]]
Parts = Mapping[str, Figures]
MONTHS_SHOWN = 12
_MOVING = ("onsite", "sessions", "visits", "redemptions", "audience_online")


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything the tiles show. `today` are raw sums of the local day: sign-ups, messages.

    Parts are by the key of their programme, wing, street or month (`2021-09`). `held` counts
    attendances that are 待核实; `told_at`, `heard_at` and `folded_at` say how fresh
    all of it is, as `store/progress.py` has it.
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
    running: Sequence[Session] = ()
    feed: Sequence[Happening] = ()
    facts: int = 0
    told_at: datetime | None = None
    heard_at: datetime | None = None
    folded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Parted:
    """The figures of a scope with their parts, as `parted` makes them."""

    total: Figures
    by_month: Parts
    by_programme: Parts
    by_wing: Parts
    by_street: Parts
    held: int


def parted(rows: Iterable[DayRow], programmes: Mapping[str, Programme], scope: Scope) -> Parted:
    """Months are the last twelve up to the latest in which something happened."""
    selected = list(select(rows, programmes, scope))
    total = tally(selected)
    return Parted(
        total=figures(total), held=total.sums["held"],
        by_month=_by_month(selected),
        by_programme=_grouped(selected, lambda _, programme: programme.key),
        by_wing=_grouped(selected, lambda _, programme: programme.wing, without=UNKNOWN_WING),
        by_street=_grouped(selected, lambda row, _: row.place.street),
    )


def sums_of_day(rows: Iterable[DayRow], day: date) -> Mapping[str, int]:
    """All sums of one day."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row.place.day == day.isoformat():
            sums.update(row.sums)
    return sums


def change(now: Figure, before: Figure) -> str:
    """By how many per cent it moved, to one decimal; "—" when there is no base (C-46)."""
    if now is None or not before:
        return "—"
    percent = (Decimal(str(now)) / Decimal(str(before)) - 1) * 100
    rounded = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:+}%".replace("-", "−")


def _grouped(selected: Selected, key: Callable[[DayRow, Programme], str], *,
             without: str = "") -> Parts:
    """The figures of each group; rows without a group are left out."""
    tallies: dict[str, Tally] = {}
    for row, programme in selected:
        group = key(row, programme)
        if not group or group == without:
            continue
        if group not in tallies:
            tallies[group] = Tally()
        tallies[group].add(row, programme)
    return {group: figures(total) for group, total in sorted(tallies.items())}


def _by_month(selected: Selected) -> Parts:
    moving = sorted({row.place.day[:7] for row, _ in selected
                     if any(row.sums[measure] for measure in _MOVING)})
    if not moving:
        return {}
    shown = _months_until(moving[-1], since=moving[0])
    grouped = _grouped(selected, lambda row, _: row.place.day[:7])
    nothing = figures(Tally())
    return {month: grouped.get(month, nothing) for month in shown}


def _months_until(last: str, *, since: str) -> list[str]:
    """Up to twelve months that end with the last one, none before `since`, gaps included."""
    year, month = int(last[:4]), int(last[5:])
    count = year * 12 + month - 1
    shown = range(count - MONTHS_SHOWN + 1, count + 1)
    months = (f"{at // 12:04d}-{at % 12 + 1:02d}" for at in shown)
    return [name for name in months if name >= since]
