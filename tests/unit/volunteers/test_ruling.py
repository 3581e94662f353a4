"""What people decide: C-05, C-09, C-16, C-20; it enters the ledger like everything heard."""

from __future__ import annotations

from typing import Any

import pytest

from services.volunteers.domain import Span, broken
from services.volunteers.usecases import balance_of, credit_hours, hours_of, lines_of
from tests.unit.volunteers.builders import at, came, closed, session, told, visit
from tests.unit.volunteers.ledgers import (
    a_ruling,
    an_app,
    an_approval,
    approved,
    decide,
    effective,
    keys_told,
)


def test_c_05_an_organiser_confirms_a_missing_check_out() -> None:
    app = an_app()
    credit_hours(app, told(came(at("07:20")), closed()))
    entries = decide(app, a_ruling(spans=(Span(at("07:30"), at("08:30")),)))
    assert [(one.minutes, one.state, bool(one.reverses)) for one in entries] == [
        (0, "held", True), (60, "credited", False)
    ]
    [line] = lines_of(app, "p1")
    assert (line.basis, line.actor, line.decision) == ("organiser", "staff/1", "核实")
    assert keys_told(app)["volunteers.hours_credited.v1"] == 1


def test_c_16_a_correction_reverses_and_enters_anew_and_the_balance_is_the_sum() -> None:
    app = an_app()
    credit_hours(app, told(*visit("07:30", "09:00")))
    decide(app, a_ruling(minutes=60))
    entries = sorted(hours_of(app, "p1").entries, key=lambda one: one.number)
    assert [one.minutes for one in entries] == [90, -90, 60]
    assert entries[1].reverses == entries[0].entry_id
    assert [one.balance for one in entries] == [90, 0, 60]
    assert balance_of(app, "p1").minutes == hours_of(app, "p1").minutes == 60


def test_c_16_the_last_decision_counts_in_any_order_and_repeats_change_nothing() -> None:
    first, last = a_ruling(id="r1", minutes=60), a_ruling(id="r2", minutes=30, decided=at("11:30"))
    ledgers = []
    for order in ([first, last, first], [last, first, last]):
        app = an_app()
        credit_hours(app, told(*visit("07:30", "09:00")))
        for each in order:
            decide(app, each)
        ledgers.append(effective(app))
    assert ledgers[0] == ledgers[1]
    assert ledgers[0][0][2] == 30


def test_c_20_a_missing_record_needs_no_scans() -> None:
    app = an_app()
    decide(app, a_ruling(basis="supplement", minutes=90))
    [line] = lines_of(app, "p1")
    assert (line.minutes, line.basis, line.evidence) == (90, "supplement", "photo/1")


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ({"minutes": 91}, broken.LongerThanSession),
        ({"minutes": -1}, broken.NothingDecided),
        ({"minutes": 5, "spans": (Span(at("07:30"), at("08:00")),)}, broken.NothingDecided),
        ({"spans": (Span(at("08:00"), at("07:30")),)}, broken.SpansOverlap),
        ({"spans": (Span(at("07:30"), at("08:00")), Span(at("07:50"), at("08:10")))},
         broken.SpansOverlap),
        ({"minutes": 90, "where": session(kind="course")}, broken.NoVoluntaryService),
    ],
)
def test_c_20_a_decision_that_breaks_a_rule_changes_nothing(
    what: dict[str, Any], fault: type[Exception]
) -> None:
    app = an_app()
    with pytest.raises(fault):
        decide(app, a_ruling(**what))
    assert lines_of(app, "p1") == []


def test_c_01_an_approved_extension_counts_beyond_the_scheduled_length() -> None:
    app = an_app()
    decide(app, a_ruling(spans=(Span(at("07:30"), at("09:20")),), extension=20))
    assert balance_of(app, "p1").minutes == 110


def long_day() -> Any:
    """Fourteen hours of one day at three sessions."""
    return told(*visit("06:00", "11:00", id="s1"), *visit("11:00", "16:00", id="s2"),
                *visit("16:00", "20:00", id="s3"))


def test_c_09_above_eight_hours_the_latest_minutes_wait_for_approval() -> None:
    app = an_app()
    credit_hours(app, long_day())
    found = [(one.session.session_id, one.minutes, one.withheld, one.level)
             for one in lines_of(app, "p1")]
    assert found == [("s1", 300, 0, None), ("s2", 180, 0, None), ("s2", 0, 120, "parent"),
                     ("s3", 0, 120, "parent"), ("s3", 0, 120, "department")]
    assert keys_told(app)["volunteers.hours_withheld.v1"] == 3


@pytest.mark.parametrize(("level", "minutes"), [(None, 480), ("parent", 720), ("department", 840)])
def test_c_09_an_approval_lets_its_band_count(level: Any, minutes: int) -> None:
    app = an_app()
    credit_hours(app, long_day())
    approved(app, an_approval(level))
    assert balance_of(app, "p1").minutes == minutes


def test_c_09_the_last_word_on_a_day_counts() -> None:
    app = an_app()
    credit_hours(app, long_day())
    approved(app, an_approval("department", hour=18))
    approved(app, an_approval(None, id="d2", hour=19))
    approved(app, an_approval("department", hour=18))
    assert balance_of(app, "p1").minutes == 480


def test_c_09_an_approval_may_come_before_the_scans() -> None:
    app = an_app()
    approved(app, an_approval("department"))
    credit_hours(app, long_day())
    assert balance_of(app, "p1").minutes == 840
