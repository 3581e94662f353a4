"""The use case on a database in memory: what is heard becomes the ledger, and is told."""

from __future__ import annotations

import pytest

from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.outbox import Row, all_rows
from kernel.transaction import Transactions
from services.volunteers.store import Store
from services.volunteers.usecases import App, credit_hours, hours_of
from tests.unit.volunteers.builders import at, came, closed, left, session, told, visit


@pytest.fixture
def app() -> App:
    database = memory_database()
    transactions = Transactions(database, source="/volunteers", clock=FixedClock(at("12:00")))
    return App(transactions=transactions, store=Store(database))


def rows(app: App) -> list[Row]:
    return all_rows(app.transactions.database)


def test_a_shift_is_credited_at_check_out_and_told(app: App) -> None:
    credit_hours(app, told(*visit("07:30", "09:00", close=False)))
    hours = hours_of(app, "p1")
    assert (hours.minutes, hours.hours) == (90, 1.5)
    assert [row.key for row in rows(app)] == ["volunteers.hours_credited.v1"]


def test_c_02_three_times_fifty_minutes_are_two_and_a_half_hours(app: App) -> None:
    for number, (start, end) in enumerate([("07:00", "07:50"), ("08:00", "08:50"),
                                           ("09:00", "09:50")]):
        credit_hours(app, told(*visit(start, end, id=f"s{number}")))
    assert hours_of(app, "p1").hours == 2.5


def test_c_05_a_held_stay_is_worth_nothing_and_told(app: App) -> None:
    credit_hours(app, told(came(at("07:20")), closed()))
    [entry] = hours_of(app, "p1").entries
    assert (entry.state, entry.minutes, entry.reason) == ("held", 0, "missing_check_out")
    assert [row.key for row in rows(app)] == ["volunteers.hours_held.v1"]


def test_c_07_overlapping_sessions_in_one_batch_count_each_minute_once(app: App) -> None:
    credit_hours(app, told(*visit("10:00", "12:00", id="s1"), *visit("11:00", "13:00", id="s2"),
                           *visit("12:00", "14:00", id="s3")))
    assert hours_of(app, "p1").minutes == 4 * 60


def test_c_12_other_kinds_of_session_leave_no_trace(app: App) -> None:
    where = session(kind="gathering")
    credit_hours(app, told(came(at("07:20"), where), left(at("09:10"), where)))
    assert hours_of(app, "p1").entries == []
    assert app.transactions.database["heads"].count_documents({}) == 0


def test_a_stay_outside_the_session_is_shown_but_not_told(app: App) -> None:
    credit_hours(app, told(came(at("09:00")), left(at("09:10"))))
    [entry] = hours_of(app, "p1").entries
    assert (entry.state, entry.minutes) == ("credited", 0)
    assert rows(app) == []


def test_c_44_a_period_goes_by_the_start_of_the_session_in_shanghai(app: App) -> None:
    credit_hours(app, told(*visit("00:30", "01:30", id="s1", day="2026-09-01")))
    credit_hours(app, told(*visit("23:30", "23:59", id="s2", day="2026-08-31")))
    day = at("00:00").date()
    assert hours_of(app, "p1", first=day).minutes == 60
    assert hours_of(app, "p1", last=day.replace(day=31, month=8)).minutes == 29
    assert hours_of(app, "p1", first=day, last=day).minutes == 60
