"""A benefit: which window, who is entitled on which day, how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.events.domain import broken
from services.events.domain.programme import Programme, Window
from services.events.usecases.entitling import grant, list_entitlements, revoke
from services.events.usecases.programmes import load_programmes
from services.events.usecases.records import list_redemptions, record_redemption
from tests.unit.events.builders import NOON, PROGRAMMES, Town, once

DAY = date(2021, 9, 1)
WINDOWS = tuple(Window(key=f"window-{n}", title=f"{n} 号窗口", street="大鹏") for n in (1, 2, 3))
BEE = Programme(
    key="bee", title="暖“蜂”窗口", wing="安心", owner="工", kind="benefit", windows=WINDOWS,
    entitled=("快递员", "外卖送餐员"), per_day=2, per_window_per_day=1,
)


@pytest.fixture
def town() -> Town:
    town = Town.in_memory()
    load_programmes(town.app, [*PROGRAMMES, BEE])
    return town


def granted(town: Town, **order: Any) -> str:
    told = {"person_ref": "rider-1", "occupation": "快递员", **order}
    return str(grant(town.app, "bee", told)["id"])


def redeemed(town: Town, window: str = "window-1", *, at: datetime = NOON,
             person_ref: str = "rider-1", **options: Any) -> Any:
    record = {"person_ref": person_ref, "window": window, "street": "大鹏", "at": at}
    return record_redemption(town.app, "bee", record, **options)


def test_an_entitled_person_eats_at_a_window(town: Town) -> None:
    granted(town)
    redeemed(town)
    [told] = town.told("redemption_recorded")
    assert told.data["window"] == "window-1"
    assert [each["person_ref"] for each in list_redemptions(town.app, "bee")] == ["rider-1"]


def test_a_window_that_the_file_does_not_name_is_refused_with_those_it_does(town: Town) -> None:
    granted(town)
    with pytest.raises(broken.UnknownWindow) as refused:
        redeemed(town, "window-9")
    assert refused.value.errors == {"window": ["应为其中之一：window-1、window-2、window-3"]}


def test_who_is_not_entitled_is_refused_and_nothing_is_kept(town: Town) -> None:
    with pytest.raises(broken.NotEntitled):
        redeemed(town)
    assert not town.told("redemption_recorded") and not list_redemptions(town.app, "bee")


@pytest.mark.parametrize(("day", "holds"), [(-1, False), (0, True), (9, True), (10, False)])
def test_an_entitlement_holds_from_its_first_to_its_last_day(town: Town, day: int,
                                                            holds: bool) -> None:
    granted(town, valid_from=DAY, valid_until=DAY + timedelta(days=9))
    if holds:
        redeemed(town, at=NOON + timedelta(days=day))
        return
    with pytest.raises(broken.NotEntitled):
        redeemed(town, at=NOON + timedelta(days=day))


def test_the_day_is_the_one_in_shanghai(town: Town) -> None:
    granted(town, valid_until=DAY)
    redeemed(town, at=datetime(2021, 9, 1, 15, 59, tzinfo=UTC))
    with pytest.raises(broken.NotEntitled):
        redeemed(town, "window-2", at=datetime(2021, 9, 1, 16, 0, tzinfo=UTC))


def test_revoked_today_it_does_not_hold_today_but_yesterday(town: Town) -> None:
    entitlement_id = granted(town)
    for _ in range(2):
        revoke(town.app, "bee", entitlement_id, by="staff-1")
    with pytest.raises(broken.NotEntitled):
        redeemed(town)
    redeemed(town, at=NOON - timedelta(days=1))


def test_granting_again_renews_and_keeps_what_was(town: Town) -> None:
    first = granted(town, valid_until=DAY - timedelta(days=1))
    revoke(town.app, "bee", first)
    assert granted(town, occupation="外卖送餐员") == first
    redeemed(town)
    [kept] = list_entitlements(town.app, "bee", person_ref="rider-1")
    assert (kept.occupation, kept.revoked_at, kept.valid_until) == ("外卖送餐员", None, None)
    [document] = town.database["entitlements"].find()
    assert [each["occupation"] for each in document["past"]] == ["快递员", "快递员"]


def test_only_the_occupations_of_the_file_are_entitled(town: Town) -> None:
    with pytest.raises(broken.UnknownOccupation) as refused:
        granted(town, occupation="教师")
    assert refused.value.errors == {"occupation": ["应为其中之一：快递员、外卖送餐员"]}
    with pytest.raises(broken.UnknownOccupation):
        grant(town.app, "warm-bee", {"person_ref": "rider-1", "occupation": "快递员"})


def test_an_entitlement_of_another_programme_cannot_be_revoked_here(town: Town) -> None:
    entitlement_id = granted(town)
    with pytest.raises(broken.UnknownEntitlement):
        revoke(town.app, "warm-bee", entitlement_id)
    with pytest.raises(broken.WrongKind):
        revoke(town.app, "youth-night", entitlement_id)


def test_a_third_meal_on_one_day_is_refused_and_the_next_day_is_a_new_one(town: Town) -> None:
    granted(town)
    redeemed(town, "window-1")
    redeemed(town, "window-2")
    with pytest.raises(broken.DailyLimitReached):
        redeemed(town, "window-3")
    redeemed(town, "window-3", at=NOON + timedelta(days=1))
    assert len(town.told("redemption_recorded")) == 3


def test_a_second_meal_at_one_window_is_refused_and_takes_nothing_of_the_day(town: Town) -> None:
    granted(town)
    redeemed(town, "window-1")
    with pytest.raises(broken.WindowLimitReached):
        redeemed(town, "window-1")
    redeemed(town, "window-2")


def test_the_same_key_again_is_the_same_meal(town: Town) -> None:
    granted(town)
    answers = [redeemed(town, once=once("k1")) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(town.told("redemption_recorded")) == 1


def test_a_file_without_limits_checks_nothing(town: Town) -> None:
    load_programmes(town.app, [*PROGRAMMES, replace(BEE, windows=(), entitled=(), per_day=None,
                                                    per_window_per_day=None)])
    for _ in range(4):
        redeemed(town, "anywhere", person_ref="somebody")
    assert len(town.told("redemption_recorded")) == 4


def test_redemptions_are_listed_by_local_days_the_latest_first(town: Town) -> None:
    granted(town)
    for day in range(3):
        redeemed(town, f"window-{day + 1}", at=NOON + timedelta(days=day))
    found = list_redemptions(town.app, "bee", first_day=DAY + timedelta(days=1), last_day=DAY)
    assert found == []
    found = list_redemptions(town.app, "bee", last_day=DAY + timedelta(days=1))
    assert [each["window"] for each in found] == ["window-2", "window-1"]
