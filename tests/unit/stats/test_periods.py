"""Periods and their comparisons: like with like, exact, without a base no per cent (C-44, C-46)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.stats.domain.change import change_of
from services.stats.domain.figures import Scope
from services.stats.domain.period import Period, a_year_before, before, period_of
from services.stats.usecases.asking import counted
from services.stats.usecases.comparing import compare
from services.stats.usecases.folding import fold_figures
from tests.unit.stats.builders import MORNING, a_session, corrected, credited, stats, told

TODAY = date(2021, 9, 15)


def ends(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.until.isoformat()


@pytest.mark.parametrize(("unit", "day", "own", "previous", "year_before"), [
    ("month", date(2021, 8, 9), ("2021-08-01", "2021-08-31"), ("2021-07-01", "2021-07-31"),
     ("2020-08-01", "2020-08-31")),
    ("month", TODAY, ("2021-09-01", "2021-09-15"), ("2021-08-01", "2021-08-15"),
     ("2020-09-01", "2020-09-15")),
    ("quarter", date(2021, 2, 1), ("2021-01-01", "2021-03-31"), ("2020-10-01", "2020-12-31"),
     ("2020-01-01", "2020-03-31")),
    ("year", TODAY, ("2021-01-01", "2021-09-15"), ("2020-01-01", "2020-09-14"),
     ("2020-01-01", "2020-09-14")),
    ("day", date(2020, 2, 29), ("2020-02-29", "2020-02-29"), ("2020-02-28", "2020-02-28"),
     ("2019-02-28", "2019-02-28")),
    ("month", date(2021, 3, 31), ("2021-03-01", "2021-03-31"), ("2021-02-01", "2021-02-28"),
     ("2020-03-01", "2020-03-31")),
])
def test_a_period_is_compared_with_as_much_of_the_others_as_of_itself(
    unit: str, day: date, own: tuple[str, str], previous: tuple[str, str],
    year_before: tuple[str, str],
) -> None:
    period = period_of(unit, day, today=TODAY)

    assert ends(period) == own
    assert ends(before(period)) == previous
    assert ends(a_year_before(period)) == year_before


def test_c_46_the_exact_change_is_kept_beside_one_decimal() -> None:
    change = change_of(4, 3)

    assert change.shown == "+33.3%"
    assert change.percent is not None
    assert Decimal("33.3333333333333333") < change.percent < Decimal("33.3333333333333334")


def test_c_16_a_correction_of_the_ledger_counts_in_the_month_it_belongs_to() -> None:
    app = stats()
    august = a_session(2, starts_at=MORNING.replace(month=8))
    fold_figures(app, told([credited("a", august, entry="e1"), credited("b", august),
                            credited("a")]))
    fold_figures(app, told([corrected("a", -90, reverses="e1", session=august)], at=MORNING))
    period = period_of("month", date(2021, 9, 1), today=date(2021, 10, 9))

    found = compare(counted(app), period, Scope(as_of=TODAY))

    assert found.since_previous["attendances"].before == 1
    assert found.since_previous["minutes"].shown == "+0.0%"
