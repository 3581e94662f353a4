"""What operators see of providers and set (N-9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.clock import FixedClock
from services.notifications.domain.outcome import Accepted, NotReached
from services.notifications.usecases.steering import (
    BadWeight,
    UnknownProvider,
    balances,
    set_weight,
    standings,
)
from tests.unit.notifications.builders import NOW, memory_app


def test_n_9_an_operator_sets_a_weight_and_it_is_remembered_with_who_and_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FixedClock(NOW)
    app = memory_app(clock=clock)
    standings(app)
    clock.advance(timedelta(seconds=1))
    set_weight(app, "told", 5, by="checker", why="更换线路")
    assert "更换线路" not in caplog.text
    [standing] = standings(app)
    assert (standing.weight, standing.share, standing.state) == (5, 5, "closed")
    told = app.routes.book.changes(1)[0]
    assert (told.who, told.what, told.why, told.weight) == ("checker", "weight", "更换线路", 5)


def test_n_9_a_breaker_that_is_open_stays_so_whatever_the_weight() -> None:
    clock = FixedClock(NOW)
    app = memory_app(clock=clock)
    for _ in range(5):
        app.routes.learn("told", NotReached("ConnectError"), clock(), began=clock())
    clock.advance(timedelta(seconds=2))
    set_weight(app, "told", 9, by="checker", why="")
    [standing] = standings(app)
    assert (standing.state, standing.weight, standing.share) == ("open", 9, 0)
    assert standing.reason == "errors"
    assert standing.until == NOW + timedelta(seconds=30)


def test_calls_and_failures_are_shown() -> None:
    clock = FixedClock(NOW)
    app = memory_app(clock=clock)
    standings(app)
    app.routes.learn("told", Accepted(), clock(), began=clock())
    app.routes.learn("told", NotReached("ConnectError"), clock(), began=clock())
    [standing] = standings(app)
    assert (standing.calls, standing.failures) == (2, 1)
    assert balances(app) == {"told": None}


@pytest.mark.parametrize("weight", [0, -1, 1_000_000, float("nan")])
def test_somebody_has_to_send(weight: float) -> None:
    app = memory_app()
    with pytest.raises(BadWeight):
        set_weight(app, "told", weight, by="checker", why="")
    with pytest.raises(UnknownProvider) as unknown:
        set_weight(app, "nobody", 1, by="checker", why="")
    assert unknown.value.known == ["told"]
