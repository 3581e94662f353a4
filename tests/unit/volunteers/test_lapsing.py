"""C-05: at the session's end and a grace, a stay without a check-out is held by a timer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings

from contracts.session import SessionRef
from kernel.clock import FixedClock
from services.volunteers.domain import HourRules
from services.volunteers.usecases import App, credit_hours, hours_of
from services.volunteers.usecases.lapsing import hold_open_stays
from services.volunteers.usecases.verifying import verify
from tests.unit.volunteers.builders import at, came, closed, left, session, told, visit
from tests.unit.volunteers.histories import history, lived, moved, orders
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide, effective, keys_told
from tests.unit.volunteers.test_any_order import MODEL

RULES = HourRules(grace=timedelta(hours=2), graces={"first-agenda": timedelta(hours=5)})
HELD = [("s1", "held", 0, 0, "missing_check_out", ())]


def opened(where: SessionRef | None = None) -> tuple[App, FixedClock]:
    """Somebody came to a session from 07:30 to 09:00 and nothing more was heard."""
    clock = FixedClock(at("07:20"))
    app = an_app(RULES, clock)
    credit_hours(app, told(came(at("07:20"), where)))
    return app, clock


def lapsed(app: App, clock: FixedClock, moment: str) -> Sequence[object]:
    clock.advance(at(moment) - clock())
    hold_open_stays(app)
    return effective(app)


def test_c05_a_missing_check_out_is_held_at_the_end_and_grace_and_told_once() -> None:
    app, clock = opened()
    assert lapsed(app, clock, "10:59") == []
    assert lapsed(app, clock, "11:00") == HELD
    assert lapsed(app, clock, "12:00") == HELD
    assert keys_told(app) == Counter({"volunteers.hours_held.v1": 1})
    assert len(hours_of(app, "p1").entries) == 1
    assert [each.entry_id for each in app.store.held.waiting(skip=0, limit=9)] == [
        entry.entry_id for entry in hours_of(app, "p1").entries]


def test_c05_the_closing_after_it_changes_nothing() -> None:
    app, clock = opened()
    lapsed(app, clock, "11:00")
    credit_hours(app, told(closed(), first=2))
    assert (effective(app), len(hours_of(app, "p1").entries)) == (HELD, 1)


def test_c13_a_check_out_that_is_told_late_counts_all_the_same() -> None:
    app, clock = opened()
    lapsed(app, clock, "11:00")
    credit_hours(app, told(left(at("09:05")), first=2))
    assert [line[1:3] for line in effective(app)] == [("credited", 90)]
    assert app.store.held.waiting(skip=0, limit=9) == [] and verify(app).faults == []


def test_c05_a_programme_may_have_a_grace_of_its_own() -> None:
    where = session()
    app, clock = opened(SessionRef(**vars(where) | {"programme": "first-agenda"}))
    assert lapsed(app, clock, "13:59") == []
    assert lapsed(app, clock, "14:00") == HELD


def test_c15_a_session_that_moves_has_its_grace_again() -> None:
    app, clock = opened()
    lapsed(app, clock, "11:00")
    credit_hours(app, told(moved(session(), hours=3)))
    assert effective(app) == []
    assert lapsed(app, clock, "13:59") == []
    assert lapsed(app, clock, "14:00") == HELD
    assert lapsed(app, clock, "18:00") == HELD
    assert [entry.reverses is not None for entry in hours_of(app, "p1").entries].count(True) == 1


def test_c05_what_is_told_long_after_the_end_has_its_grace_too() -> None:
    app, clock = opened()
    lapsed(app, clock, "11:00")
    clock.advance(timedelta(hours=9))
    credit_hours(app, told(came(at("07:25"), who="p2")))
    assert lapsed(app, clock, "21:59") == HELD and effective(app, "p2") == []
    lapsed(app, clock, "22:00")
    assert effective(app, "p2") == HELD


def test_nobody_is_held_who_left_or_was_decided_on_or_whose_session_is_off() -> None:
    clock = FixedClock(at("09:00"))
    app = an_app(RULES, clock)
    credit_hours(app, told(*visit("07:30", "09:00", close=False)))
    credit_hours(app, told(came(at("07:20"), who="p2")))
    decide(app, a_ruling(who="p2", minutes=30))
    lapsed(app, clock, "23:00")
    assert app.store.sessions.awaited(ended_by=at("23:59"), skip=0, limit=9) == []
    assert [line[1:3] for who in ("p1", "p2") for line in effective(app, who)] == [
        ("credited", 90), ("credited", 30)]


@settings(max_examples=15, deadline=None, database=None)
@given(batches=orders())
def test_c13_the_timer_between_any_facts_in_any_order_changes_no_outcome(
    batches: list[list[int]]
) -> None:
    app = an_app(HourRules(grace=timedelta()), FixedClock(at("23:59", "2026-09-02")))
    steps = history("p1")
    for batch in batches:
        lived(app, steps, [batch])
        hold_open_stays(app)
    assert effective(app) == MODEL
    assert verify(app).faults == []


@pytest.mark.parametrize("first", [True, False])
def test_c13_timer_and_close_in_any_order_come_to_the_same(first: bool) -> None:
    app, clock = opened()
    facts = told(closed(), first=2)
    if first:
        credit_hours(app, facts)
    lapsed(app, clock, "11:00")
    credit_hours(app, facts)
    assert (effective(app), keys_told(app)["volunteers.hours_held.v1"]) == (HELD, 1)
