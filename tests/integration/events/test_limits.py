"""Many tills ask for one person's meal at the same moment, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from pymongo.database import Database

from kernel.clock import system_clock
from kernel.transaction import Transaction
from services.events.domain.broken import DailyLimitReached, WindowLimitReached
from services.events.domain.programme import Opening, Programme, Station, Window
from services.events.store.uses import Uses
from services.events.usecases.application import Events
from services.events.usecases.entitling import grant
from services.events.usecases.planning import plan_slots
from services.events.usecases.programmes import load_programmes
from services.events.usecases.records import record_redemption, record_work_item
from tests.integration.events.crowd import at_once
from tests.unit.events.builders import PROGRAMMES, Town

WINDOWS = tuple(Window(key=f"window-{n}", title="窗口", street="大鹏") for n in range(1, 4))
BEE = Programme(key="bee", title="暖“蜂”窗口", wing="安心", owner="工", kind="benefit",
                windows=WINDOWS, entitled=("快递员",), per_day=2)
WEEK = tuple(Opening(day=day, since="09:00", until="11:00") for day in ("周六", "周日"))
STATION = Station(key="head", title="总院", street="大鹏", address="三楼", slot_minutes=60,
                  weekly=WEEK)
CALM = Programme(key="calm", title="“安心”驿站", wing="安心", owner="综合", kind="appointment",
                 stations=(STATION,))
NOW = system_clock()


class Unguarded(Uses):
    """Counts, then writes: numbers that nobody owns. All have counted before the first writes."""

    at_once = 4

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        super().__init__(database)
        self.plain = database["unguarded_uses"]
        self.all_have_counted = Barrier(self.at_once)

    def take(self, key: str, *, limit: int, within: Transaction) -> bool:
        used = self.plain.count_documents({"key": key})
        self.all_have_counted.wait(timeout=60)
        if used >= limit:
            return False
        self.plain.insert_one({"key": key})
        return True


def without_guard(app: Events) -> Events:
    """The same use case without transaction and without keys of its own for each use."""
    transactions: Any = app.transactions
    transactions._atomic = lambda work, until: work(None)
    return replace(app, store=replace(app.store, uses=Unguarded(transactions.database)))


def ready(town: Town, programme: Programme = BEE) -> Town:
    load_programmes(town.app, [*PROGRAMMES, programme, CALM])
    grant(town.app, "bee", {"person_ref": "rider-1", "occupation": "快递员"})
    return town


def meal(town: Town, number: int) -> Callable[[], dict[str, Any]]:
    record = {"person_ref": "rider-1", "window": f"window-{number % 3 + 1}", "street": "大鹏",
              "at": NOW}
    return partial(record_redemption, town.app, "bee", record)


def kept(town: Town) -> int:
    return town.database["redemptions"].count_documents({})


def test_without_the_guard_the_race_happens(town: Town) -> None:
    town = ready(town)
    town.app = without_guard(town.app)
    at_once([meal(town, number) for number in range(Unguarded.at_once)])
    assert kept(town) == Unguarded.at_once > 2


def test_one_person_eats_exactly_as_often_as_the_day_allows(town: Town, twin: Town) -> None:
    ready(town)
    answers = at_once([meal(each, number) for number in range(20) for each in (town, twin)])
    refused = [each for each in answers if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {DailyLimitReached}
    assert (kept(town), len(refused), len(town.told("redemption_recorded"))) == (2, 38, 2)


def test_a_meal_refused_by_its_window_leaves_the_day_to_another_window(town: Town,
                                                                      twin: Town) -> None:
    ready(town, replace(BEE, per_day=3, per_window_per_day=1))
    answers = at_once([meal(each, 0) for _ in range(10) for each in (town, twin)])
    refused = [each for each in answers if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {WindowLimitReached}
    assert kept(town) == 1
    assert [meal(town, number)() for number in (1, 2)] and kept(town) == 3


@pytest.mark.parametrize("tills", [12])
def test_a_person_is_granted_once_however_many_ask(town: Town, twin: Town, tills: int) -> None:
    load_programmes(town.app, [*PROGRAMMES, BEE])
    order = {"person_ref": "rider-9", "occupation": "快递员"}
    answers = at_once([partial(grant, each.app, "bee", order)
                       for _ in range(tills // 2) for each in (town, twin)])
    assert len({each["id"] for each in answers}) == 1
    assert town.database["entitlements"].count_documents({}) == 1


def test_a_station_planned_by_many_at_once_has_each_day_once(town: Town, twin: Town) -> None:
    ready(town)
    answers = at_once([
        partial(plan_slots, each.app, "calm", station="head", first_day=date(2040, 9, 1),
                last_day=date(2040, 9, 14))
        for _ in range(4) for each in (town, twin)
    ])
    planned = [day["day"] for each in answers for day in each["planned"]]
    assert len(planned) == len(set(planned)) == 4
    assert town.database["activities"].count_documents({"programme": "calm"}) == 4
    assert town.database["sessions"].count_documents({"programme": "calm"}) == 8


def test_one_item_recorded_by_many_at_once_is_one_item_with_every_change(town: Town,
                                                                        twin: Town) -> None:
    def change(each: Town, number: int) -> Callable[[], dict[str, Any]]:
        record = {"item": "细则01", "category": "第1类", "state": "open",
                  "day": date(2021, 9, 1), "owner": f"单位{number}"}
        return partial(record_work_item, each.app, "party-history", record)

    answers = at_once([change(each, n) for n, each in enumerate([town, twin] * 6)])
    assert len({each["id"] for each in answers}) == 1
    [item] = town.database["work_items"].find()
    assert len(item["changes"]) == 12
