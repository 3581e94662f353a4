"""Appointments: a station's week becomes activities with slots, each day once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kernel.clock import SHANGHAI
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownStation
from services.events.domain.programme import Opening, Programme, Station
from services.events.domain.signup import Session
from services.events.domain.slots import slots_of
from services.events.store.sessions import Sessions
from services.events.usecases.activities import list_activities
from services.events.usecases.planning import plan_slots
from services.events.usecases.programmes import load_programmes
from tests.unit.events.builders import Town

MONDAY = date(2021, 9, 6)
STATION = Station(
    key="head", title="总院", level="总院", street="大鹏", address="三楼", desks=2, slot_minutes=50,
    weekly=(Opening(day="周一", since="14:00", until="16:00"),
            Opening(day="周一", since="09:00", until="12:00", places=3)),
)
CALM = Programme(key="calm", title="“安心”驿站", wing="安心", owner="综合", kind="appointment",
                 confidential=True, stations=(STATION,))


@pytest.fixture
def town() -> Town:
    town = Town.in_memory()
    load_programmes(town.app, [CALM])
    return town


def planned(town: Town, first: date = MONDAY, days: int = 1, **options: Any) -> dict[str, Any]:
    return plan_slots(town.app, "calm", station="head", first_day=first,
                      last_day=first + timedelta(days=days - 1), **options)


def test_slots_fill_the_openings_in_order_and_leave_what_is_too_short() -> None:
    slots = slots_of(STATION, MONDAY)
    starts = [slot.starts_at.strftime("%H:%M") for slot in slots]
    assert starts == ["09:00", "09:50", "10:40", "14:00", "14:50"]
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(minutes=50)}
    assert [slot.capacity for slot in slots] == [6, 6, 6, 2, 2]
    assert slots[0].starts_at == datetime(2021, 9, 6, 9, 0, tzinfo=SHANGHAI)
    assert slots_of(STATION, MONDAY + timedelta(days=1)) == []


def test_a_day_becomes_one_confidential_activity_with_its_slots(town: Town) -> None:
    answer = planned(town, days=7)
    [day] = answer["planned"]
    assert (day["day"], day["sessions"], answer["skipped"]) == (MONDAY, 5, [])
    [listed] = list_activities(town.app, programme="calm")
    assert listed.activity.activity_id == day["activity_id"]
    assert (listed.activity.title, listed.activity.confidential) == ("总院 9月6日", True)
    assert listed.sessions[0].starts_at == datetime(2021, 9, 6, 1, 0, tzinfo=UTC)
    assert len(town.told("session_scheduled")) == 5


def test_planning_again_makes_nothing_double(town: Town) -> None:
    first = planned(town)
    again = planned(town, days=8)
    assert again["already"] == [{"day": MONDAY, "activity_id": first["planned"][0]["activity_id"]}]
    assert [each["day"] for each in again["planned"]] == [MONDAY + timedelta(days=7)]
    assert len(list_activities(town.app, programme="calm")) == 2


class Failing(Sessions):
    """A database that goes away while the sessions are kept."""

    def add(self, sessions: Iterable[Session], *, within: Transaction) -> None:
        raise RuntimeError("the database went away")


def test_a_day_whose_publishing_fails_can_be_planned_again(town: Town) -> None:
    whole = town.app
    town.app = replace(whole, store=replace(whole.store, sessions=Failing(town.database)))
    with pytest.raises(RuntimeError):
        planned(town)
    town.app = whole
    assert len(planned(town)["planned"]) == 1


def test_holidays_closed_days_and_what_is_past_stay_free(town: Town) -> None:
    load_programmes(town.app, [replace(CALM, closed_on=("2021-09-27",))])
    town.clock.advance(timedelta(days=10))
    answer = planned(town, days=36)
    assert [(each["day"].isoformat(), each["reason"]) for each in answer["skipped"]] == [
        ("2021-09-06", "past"), ("2021-09-20", "public_holiday"), ("2021-09-27", "closed"),
        ("2021-10-04", "public_holiday"),
    ]
    assert [each["day"].isoformat() for each in answer["planned"]] == ["2021-09-13", "2021-10-11"]
    assert answer["provisional"] == []


def test_a_year_whose_holidays_nobody_knows_is_planned_and_marked(
        town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = planned(town, date(2040, 10, 1))
    assert len(answer["planned"]) == 1 and answer["provisional"] == [2040]
    assert "holidays of 2040 are not known" in caplog.text


def test_a_station_that_the_file_does_not_name_is_refused_with_those_it_does(town: Town) -> None:
    with pytest.raises(UnknownStation) as refused:
        plan_slots(town.app, "calm", station="nowhere", first_day=MONDAY, last_day=MONDAY)
    assert refused.value.errors == {"station": ["应为其中之一：head"]}
