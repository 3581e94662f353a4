"""A period's figures beside those of the period before and of the year before (C-46)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.stats.domain.change import Change, change_of
from services.stats.domain.counted import Counted
from services.stats.domain.figures import NAMES, Figures, Scope
from services.stats.domain.period import Period, a_year_before, before


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Figures of a period; by name how they moved against the one before and the year before."""

    period: Period
    figures: Figures
    previous: Period
    year_before: Period
    since_previous: Mapping[str, Change]
    since_year_before: Mapping[str, Change]


def compare(counted: Counted, period: Period, scope: Scope) -> Compared:
    """`scope` gives the filters, the period the days. Nothing is stored, so late facts and
    corrections count on the days they belong to, in all three periods."""
    earlier, last_year = before(period), a_year_before(period)
    found, then, was = (
        counted.figures(replace(scope, since=one.first, as_of=one.until))
        for one in (period, earlier, last_year)
    )
    return Compared(
        period=period, figures=found, previous=earlier, year_before=last_year,
        since_previous={name: change_of(found[name], then[name]) for name in NAMES},
        since_year_before={name: change_of(found[name], was[name]) for name in NAMES},
    )
