"""Programmes, activities and records with all rooms but the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.events.domain import broken
from services.events.usecases import records
from services.events.usecases.activities import list_activities, one_activity
from services.events.usecases.programmes import list_programmes, load_programmes
from tests.unit.events.builders import PROGRAMMES, STARTS, Town

DAY = date(2021, 9, 1)


def test_programmes_are_told_once_and_again_only_when_they_change(town: Town) -> None:
    assert len(town.told("programme_published")) == len(PROGRAMMES)
    assert load_programmes(town.app, PROGRAMMES) == []
    renamed = replace(PROGRAMMES[0], title="青年之夜（夏）")
    assert load_programmes(town.app, [renamed, *PROGRAMMES[1:]]) == [renamed.key]
    assert town.told("programme_published")[-1].sequence == 2
    assert [each["key"] for each in list_programmes(town.app)] == [each.key for each in PROGRAMMES]


def test_an_activity_tells_each_of_its_sessions(town: Town) -> None:
    dates = [
        {"starts_at": STARTS + timedelta(days=n), "ends_at": STARTS + timedelta(days=n, hours=1),
         "capacity": 5 + n}
        for n in range(3)
    ]
    answer = town.activity(dates)
    told = town.told("session_scheduled")
    assert [each.data["session"]["session_id"] for each in told] == answer["session_ids"]
    assert [each.data["capacity"] for each in told] == [5, 6, 7]
    assert len(one_activity(town.app, answer["activity_id"]).sessions) == 3


def test_an_activity_of_an_unknown_programme_is_refused(town: Town) -> None:
    with pytest.raises(broken.UnknownProgramme):
        town.session(programme="nothing")


@pytest.mark.parametrize(("query", "found"), [
    ({}, 2), ({"programme": "road-angels"}, 1), ({"street": "南澳"}, 1),
    ({"first_day": date(2021, 9, 9)}, 1), ({"last_day": date(2021, 9, 8)}, 1),
    ({"first_day": date(2021, 9, 8), "last_day": date(2021, 9, 10)}, 2),
    ({"first_day": date(2021, 9, 11)}, 0),
])
def test_activities_are_listed_by_programme_street_and_days(town: Town, query: dict[str, Any],
                                                            found: int) -> None:
    town.session(starts_at=STARTS)
    town.session(programme="road-angels", street="南澳", starts_at=STARTS + timedelta(days=2))
    assert len(list_activities(town.app, **query)) == found


def test_a_visit_is_recorded_and_told(town: Town) -> None:
    visit = {"household_ref": "hh-1", "street": "大鹏", "day": DAY, "goods": "米油"}
    answer = records.record_visit(town.app, "hardship-visits", visit)
    [told] = town.told("visit_recorded")
    assert told.subject == f"visit/{answer['id']}"
    assert told.data["household_ref"] == "hh-1" and "goods" not in told.data


def test_visits_are_listed_by_days_with_goods_of_every_release(town: Town) -> None:
    for number, goods in enumerate(["米油", [{"name": "大米", "quantity": 2}], None]):
        visit = {"household_ref": f"hh-{number}", "street": "大鹏", "goods": goods,
                 "day": DAY + timedelta(days=number)}
        records.record_visit(town.app, "hardship-visits", visit)
    found = records.list_visits(town.app, "hardship-visits", last_day=DAY + timedelta(days=1))
    assert [each["goods"] for each in found] == [
        [{"name": "大米", "quantity": 2}], [{"name": "米油", "quantity": 1}]
    ]
    first = records.list_visits(town.app, "hardship-visits", first_day=DAY + timedelta(days=2))
    assert [each["household_ref"] for each in first] == ["hh-2"]


def test_a_record_belongs_to_a_programme_of_its_kind(town: Town) -> None:
    with pytest.raises(broken.WrongKind):
        records.record_visit(town.app, "warm-bee", {"day": DAY})
    with pytest.raises(broken.UnknownProgramme):
        records.record_visit(town.app, "nothing", {"day": DAY})


def test_a_redemption_is_recorded_and_told(town: Town) -> None:
    order = {"person_ref": "rider-1", "window": "w-1", "street": "大鹏", "at": STARTS}
    records.record_redemption(town.app, "warm-bee", order)
    assert town.told("redemption_recorded")[0].data["window"] == "w-1"


def test_a_work_item_recorded_again_is_the_same_item(town: Town) -> None:
    item = {"item": "细则01", "category": "第1类", "state": "open", "day": DAY, "due_on": None}
    first = records.record_work_item(town.app, "party-history", item)
    second = records.record_work_item(town.app, "party-history", {**item, "state": "done"})
    assert first == second
    told = town.told("work_item_recorded")
    assert [(each.sequence, each.data["state"]) for each in told] == [(1, "open"), (2, "done")]
