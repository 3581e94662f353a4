"""What attendances are worth, together: C-03, C-05, C-07, C-08, C-12, C-15, C-44, in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import FixedClock
from services.volunteers.domain import HourRules, Stay, desired, paired
from services.volunteers.usecases import balance_of, credit_hours, hours_of, lines_of
from tests.unit.volunteers.builders import at, attended, closed, session, told, visit, worth
from tests.unit.volunteers.histories import moved
from tests.unit.volunteers.ledgers import an_app, effective, keys_told


def named(start: str, end: str, id: str, **more: Any) -> Any:
    """Somebody who was there all the time."""
    return attended(start, end, where=session(start, end, id=id, **more))


def minutes_by_session(*attendances: Any, rules: HourRules | None = None) -> dict[str, int]:
    found = desired(attendances, {}, rules or HourRules())
    return {id: sum(line.minutes for line in lines) for id, lines in found.items()}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_c_07_a_minute_goes_to_the_stay_that_began_first_in_any_order(order: Any) -> None:
    all_ = [named("10:00", "12:00", "b"), named("09:00", "11:00", "a"),
            named("11:00", "12:30", "c")]
    assert minutes_by_session(*(all_[n] for n in order)) == {"a": 120, "b": 60, "c": 30}


def test_c_07_who_scans_in_early_has_not_begun_before_the_session() -> None:
    early = attended("08:50", "12:00", where=session("10:00", "12:00", id="later"))
    usual = attended("08:55", "11:00", where=session("09:00", "11:00", id="first"))
    assert minutes_by_session(early, usual) == {"first": 120, "later": 60}


def test_c_08_the_fourth_pair_of_an_activity_and_day_is_held() -> None:
    pairs = [named(f"{hour}:00", f"{hour}:30", f"s{hour}", activity="a") for hour in range(10, 14)]
    other = named("15:00", "15:30", "s15", activity="b")
    found = desired([*reversed(pairs), other], {}, HourRules())
    assert [line.reason for line in found["s13"]] == ["too_many_check_ins"]
    assert sum(minutes_by_session(*pairs, other).values()) == 120
    assert minutes_by_session(*pairs, rules=HourRules(pairs_a_day=4))["s13"] == 30


def test_c_08_what_is_held_takes_no_minute_from_others() -> None:
    pairs = [named(f"{hour}:00", f"{hour}:30", f"s{hour}", activity="a") for hour in range(10, 14)]
    there_too = named("13:10", "13:40", "s-b", activity="b")
    assert minutes_by_session(*pairs, there_too)["s-b"] == 30


def test_c_03_nothing_counts_at_a_cancelled_session() -> None:
    assert worth(replace(attended("07:30", "09:00"), cancelled=True)) == []


def test_c_12_nothing_counts_at_what_is_no_voluntary_service() -> None:
    assert worth(attended("07:30", "09:00", where=session(kind="course"))) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=12))
def test_c_13_scans_are_paired_by_time_whatever_their_order(scans: list[tuple[int, bool]]) -> None:
    def moments(is_in: bool, told_: list[tuple[int, bool]]) -> list[datetime]:
        return [at(f"08:{minute:02d}") for minute, comes in told_ if comes is is_in]

    stays = paired(moments(True, scans), moments(False, scans))
    assert stays == paired(moments(True, scans[::-1]), moments(False, scans[::-1]))
    whole = [stay.span for stay in stays if stay.span]
    assert all(one.end <= other.start for one, other in pairwise(whole))


def test_c_06_a_forgotten_check_out_does_not_swallow_the_next_stay() -> None:
    stays = paired([at("08:00"), at("09:00")], [at("09:30")])
    assert stays == (Stay(checked_in_at=at("08:00")),
                     Stay(checked_in_at=at("09:00"), checked_out_at=at("09:30")))


def test_c_15_a_moved_session_is_weighed_anew_by_reversing_and_entering() -> None:
    app, where = an_app(), session()
    credit_hours(app, told(*visit("07:30", "09:00")))
    credit_hours(app, told(moved(where, hours=1)))
    entries = sorted(hours_of(app, "p1").entries, key=lambda one: one.number)
    assert [(one.minutes, one.because) for one in entries] == [
        (90, "scans"), (-90, "session_moved"), (35, "session_moved")
    ]
    assert balance_of(app, "p1").minutes == 35
    assert keys_told(app)["volunteers.hours_corrected.v1"] == 1
    credit_hours(app, told(moved(where, hours=1)))
    assert len(hours_of(app, "p1").entries) == 3


def test_c_15_a_move_to_another_month_takes_what_was_heard_along() -> None:
    app, where = an_app(), session()
    credit_hours(app, told(*visit("07:30", "09:00")))
    credit_hours(app, told(moved(where, hours=24 * 40), moved(where, hours=0)))
    assert effective(app)[0][2] == 90
    database = app.transactions.database
    kept = [*database["heads"].find(), *database["heard"].find()]
    assert [len(document["attendances"]) for document in kept if document["attendances"]] == [1]


def test_c_07_a_later_upload_of_an_earlier_stay_takes_its_minutes_back() -> None:
    app = an_app()
    credit_hours(app, told(*visit("08:00", "10:00", id="s2")))
    credit_hours(app, told(*visit("07:00", "09:00", id="s1")))
    assert [(line.session.session_id, line.minutes) for line in lines_of(app, "p1")] == [
        ("s1", 120), ("s2", 60)
    ]
    assert {one.because for one in hours_of(app, "p1").entries} == {"scans", "other_session"}


def test_c_11_an_absence_enters_nothing() -> None:
    app = an_app()
    credit_hours(app, told(closed("absent")))
    assert hours_of(app, "p1").entries == []


def test_c_44_a_night_belongs_to_the_day_on_which_it_began() -> None:
    night = session("22:00", "23:00", id="n")
    night = replace(night, ends_at=at("02:00", "2026-09-02"))
    [line] = worth(replace(attended("22:00", where=night), left=(at("02:00", "2026-09-02"),)))
    assert (line.day, line.minutes) == ("2026-09-01", 240)


def test_c_16_the_balance_at_any_past_time_is_the_sum_up_to_then() -> None:
    clock = FixedClock(at("12:00"))
    app, sums = an_app(clock=clock), []
    for number in range(150):
        credit_hours(app, told(*visit("07:30", "07:31", id=f"s{number}", close=False,
                                      day=f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}")))
        sums.append((clock(), balance_of(app, "p1").minutes))
        clock.advance(timedelta(hours=1))
    for moment, minutes in (*sums[::20], sums[-1]):
        assert balance_of(app, "p1", as_of=moment).minutes == minutes
        assert hours_of(app, "p1", as_of=moment).minutes == minutes
    assert balance_of(app, "p1", as_of=at("11:59")).minutes == 0
