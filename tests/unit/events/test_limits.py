"""Limits per person: an activity, a series, a month, and never two at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.events.domain.broken import Clash, NotQualified, OverLimit
from services.events.domain.person import Known
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import STAFF, STARTS, Town


def on(town: Town, days: float, **order: Any) -> str:
    return town.session(starts_at=STARTS + timedelta(days=days), **order)


def test_two_sessions_at_one_time_clash_and_those_that_touch_do_not(town: Town) -> None:
    town.sign_up(town.session(starts_at=STARTS), 1)
    with pytest.raises(Clash) as clash:
        town.sign_up(town.session(starts_at=STARTS + timedelta(hours=1)), 2, 1)
    assert list(clash.value.errors) == ["party.1"]
    touching = town.session(starts_at=STARTS + timedelta(hours=2))
    assert town.sign_up(touching, 1)["status"] == "confirmed"


def test_who_cancels_is_free_again(town: Town) -> None:
    made = town.sign_up(town.session(starts_at=STARTS), 1)
    town.cancel(made["registration_id"])
    assert town.sign_up(town.session(starts_at=STARTS), 1)["status"] == "confirmed"


def test_a_limit_of_an_activity_counts_its_sessions(town: Town) -> None:
    starts = [STARTS + timedelta(days=n) for n in range(3)]
    dates = [{"starts_at": each, "ends_at": each + timedelta(hours=1), "capacity": 9}
             for each in starts]
    sessions = town.activity(dates, per_activity=2)["session_ids"]
    for session_id in sessions[:2]:
        town.sign_up(session_id, 1)
    with pytest.raises(OverLimit, match="同一活动最多报 2 场"):
        town.sign_up(sessions[2], 1)


def test_a_limit_of_a_series_spans_activities(town: Town) -> None:
    for days in range(2):
        town.sign_up(on(town, days, series="summer", per_series=2), 1)
    town.sign_up(on(town, 5, series="winter", per_series=2), 1)
    with pytest.raises(OverLimit):
        town.sign_up(on(town, 6, series="summer", per_series=2), 1)


def test_a_month_is_one_of_shanghai(town: Town) -> None:
    last_evening = datetime(2021, 9, 30, 15, 0, tzinfo=UTC)  # 23:00 in September
    next_morning = datetime(2021, 9, 30, 23, 30, tzinfo=UTC)  # 7:30 in October (C-44)
    town.sign_up(town.session(starts_at=last_evening, per_month=1), 1)
    assert town.sign_up(town.session(starts_at=next_morning, per_month=1), 1)
    with pytest.raises(OverLimit, match="每月"):
        town.sign_up(town.session(starts_at=last_evening - timedelta(days=3), per_month=1), 1)


def test_staff_who_enter_what_was_are_not_bound_by_limits(town: Town) -> None:
    town.sign_up(town.session(starts_at=STARTS), 1)
    made = town.sign_up(town.session(starts_at=STARTS), 1, caller=STAFF)
    assert made["status"] == "confirmed"


def test_a_post_asks_for_its_qualification(town: Town) -> None:
    ref = town.sign_up(on(town, 9), 1)["party"][0]
    seats = [{"key": "medic", "title": "急救岗", "pool": None, "needs": "first-aid"}]
    dates = [{"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=1), "capacity": 2,
              "seats": seats}]
    [session_id] = town.activity(dates, programme="road-angels")["session_ids"]
    medic = Known(person_ref=ref, seat="medic")
    with pytest.raises(NotQualified):
        sign_up(town.app, session_id, [medic], caller=STAFF)
    town.app.transactions.run(lambda transaction: town.app.store.people.change(
        ref, {"qualifications": ["first-aid"]}, within=transaction))
    assert sign_up(town.app, session_id, [medic], caller=STAFF)["status"] == "confirmed"
