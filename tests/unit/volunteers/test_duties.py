"""The duty of ten days: who is listed, warned of and told, once (C-19)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from kernel import metrics
from kernel.clock import FixedClock
from services.volunteers.usecases import App, correcting, credit_hours, duties, watching
from tests.unit.volunteers.builders import at, came, closed, left, session, told
from tests.unit.volunteers.ledgers import an_app, keys_told
from tests.unit.volunteers.requests import RESIDENT, WANG, an_order, asked
from tests.unit.volunteers.schedule import cancelled, ended, moved, scheduled

OVERDUE = "volunteers.record_overdue.v1"


def watched(*facts: Any) -> tuple[App, FixedClock]:
    """An app on the evening of the session's day, which heard these."""
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    watching.watch_duties(app, told(*(facts or (scheduled(), ended()))))
    return app, clock


def on(clock: FixedClock, day: str) -> None:
    clock.advance(at("09:00", day) - clock())


def listed(app: App, standing: Any = None) -> list[tuple[Any, ...]]:
    return [(each.session.session_id, each.reckoned.standing, each.reckoned.left,
             each.missing.held, each.missing.requests, each.missing.closed)
            for each in duties.due(app, standing=standing).items]


def test_c_19_a_closed_session_with_nothing_open_is_settled() -> None:
    app, clock = watched()
    assert duties.sweep(app) == 1
    on(clock, "2026-12-01")
    assert (duties.sweep(app), listed(app)) == (0, [])
    assert keys_told(app)[OVERDUE] == 0


def test_c_19_a_session_that_nobody_closed_is_due_warned_of_and_overdue() -> None:
    app, clock = watched(scheduled())
    seen = []
    for day in ("2026-09-01", "2026-09-10", "2026-09-11", "2026-09-15", "2026-09-16"):
        on(clock, day) if day > "2026-09-01" else None
        duties.sweep(app)
        [found] = listed(app)
        assert listed(app, found[1]) == [found]
        seen.append((found[1], keys_told(app)[OVERDUE]))
    assert seen == [("due", 0), ("due", 0), ("warned", 0), ("warned", 0), ("overdue", 1)]


def test_c_19_overdue_is_told_once_also_by_another_process() -> None:
    app, clock = watched(scheduled())
    on(clock, "2026-09-16")
    for _ in range(3):
        duties.sweep(app)
    on(clock, "2026-11-16")
    duties.sweep(app)
    assert keys_told(app)[OVERDUE] == 1
    [found] = duties.due(app, standing="overdue").items
    assert (found.reckoned.due, found.told_at) == (date(2026, 9, 15), at("09:00", "2026-09-16"))


def test_c_19_a_held_entry_keeps_a_session_open_until_it_is_settled() -> None:
    app, _ = watched()
    duties.sweep(app)
    credit_hours(app, told(came(at("07:20")), closed()))
    assert listed(app) == [("s1", "due", 10, 1, 0, True)]
    credit_hours(app, told(left(at("09:00")), first=3))
    assert listed(app) == []


def test_c_19_an_open_request_keeps_a_session_open_when_it_came_in_time() -> None:
    app, clock = watched()
    credit_hours(app, told(came(at("07:20")), left(at("09:00"))))
    duties.sweep(app)
    on(clock, "2026-09-15")
    id = asked(app)
    assert listed(app) == [("s1", "warned", 0, 0, 1, True)]
    correcting.decide(app, id, "refused", reason="不符", by=WANG)
    on(clock, "2026-09-16")
    correcting.ask(app, an_order(app), by=RESIDENT)
    assert listed(app) == []


def gauge(name: str, **labels: str) -> float | None:
    return metrics.REGISTRY.get_sample_value(name, labels)


def test_c_50_what_is_late_is_measured() -> None:
    app, clock = watched(scheduled(), scheduled(session(id="s2", day="2026-09-10")))
    credit_hours(app, told(came(at("07:20")), left(at("09:00"))))
    asked(app)
    on(clock, "2026-09-16")
    duties.sweep(app)
    assert [gauge("xiangxin_records_incomplete", standing=each)
            for each in ("due", "warned", "overdue")] == [1, 0, 1]
    assert gauge("xiangxin_corrections_overdue") == 1
    assert gauge("xiangxin_calendar_provisional") == 0
    on(clock, "2026-12-28")
    duties.sweep(app)
    assert gauge("xiangxin_calendar_provisional") == 1


def test_c_03_a_cancelled_session_owes_nothing() -> None:
    app, clock = watched(scheduled(), cancelled())
    on(clock, "2026-12-01")
    duties.sweep(app)
    assert (listed(app), keys_told(app)[OVERDUE]) == ([], 0)


def test_c_12_only_voluntary_service_is_watched() -> None:
    app, _ = watched(scheduled(session(kind="gathering")))
    assert listed(app) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_c_13_sessions_are_watched_the_same_in_any_order(order: tuple[int, ...]) -> None:
    later = session("10:00", "11:30")
    heard = told(scheduled(), moved(later), ended(later))
    app, clock = watched(scheduled(session(id="s0")))
    for index in (*order, *order):
        watching.watch_duties(app, [heard[index]])
    duties.sweep(app)
    assert [each[0] for each in listed(app)] == ["s0"]
    clock.advance(timedelta(days=1))
    known = app.transactions.run(lambda within: app.store.duties.some({"s1"}, within=within))
    assert (known["s1"].session.ref, known["s1"].closed) == (later, True)
