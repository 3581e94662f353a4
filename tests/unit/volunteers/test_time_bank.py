"""C-10: weights make points in a ledger of their own; hours are the same with and without."""

from __future__ import annotations

from dataclasses import replace

from services.volunteers.usecases import App, balance_of, credit_hours, points_of
from tests.unit.volunteers.builders import told, visit
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide, effective

HALF_MORE = {"road-angels": 150}


def weighted(app: App, **weights: int) -> App:
    """The same service with other weights."""
    return replace(app, weights={name.replace("_", "-"): n for name, n in weights.items()})


def test_c_10_points_are_minutes_times_weight_and_hours_do_not_change() -> None:
    plain, app = an_app(), replace(an_app(), weights=HALF_MORE)
    for each in (plain, app):
        credit_hours(each, told(*visit("07:30", "09:00")))
    assert effective(plain) == effective(app)
    assert balance_of(app, "p1").minutes == 90
    assert (points_of(app, "p1").points, points_of(plain, "p1").points) == (135, 0)


def test_c_10_a_correction_takes_back_what_was_given_whatever_the_weight_is_now() -> None:
    app = replace(an_app(), weights=HALF_MORE)
    credit_hours(app, told(*visit("07:30", "09:00")))
    decide(weighted(app, road_angels=200), a_ruling(minutes=0))
    assert points_of(app, "p1").points == 0
    assert [each.points for each in points_of(app, "p1").deposits] == [13_500, -13_500]


def test_c_10_what_gave_no_points_takes_none_back() -> None:
    app = an_app()
    credit_hours(app, told(*visit("07:30", "09:00")))
    decide(weighted(app, road_angels=200), a_ruling(minutes=60))
    assert points_of(app, "p1").points == 120
