"""A party prepared before opening: sealed, one turn, erased when used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.events.domain.broken import (
    BirthDateNeeded,
    GuardianConsentNeeded,
    NotOpenYet,
    SamePersonTwice,
    SessionClosed,
    UnknownPrepared,
)
from services.events.domain.person import Guardian, Newcomer
from services.events.usecases.book import Caller
from services.events.usecases.preparing import find_prepared, prepare, take_turn
from tests.unit.events.builders import NOON, PUBLIC, Town, newcomer, once

LATER = NOON + timedelta(hours=1)
CHILD = Newcomer(name="测试小孩", phone="13900000001", birth_date=date(2015, 3, 1),
                 guardian=Guardian(name="测试家长", phone="13900000001"), seat="")


def prepared(town: Town, *people: Newcomer, caller: Caller = PUBLIC, **order: Any) -> str:
    session_id = town.session(**{"opens_at": LATER, **order})
    return prepare(town.app, session_id, people or [newcomer(1)], caller=caller)


def test_before_opening_it_waits_and_nothing_readable_is_kept(town: Town) -> None:
    prepared_id = prepared(town, newcomer(1), CHILD)
    with pytest.raises(NotOpenYet):
        take_turn(town.app, prepared_id, caller=PUBLIC)
    waiting = find_prepared(town.app, prepared_id)
    assert waiting.party == (newcomer(1), CHILD) and waiting.others == 1
    assert "测试" not in repr(list(town.database["prepared"].find()))


def test_after_opening_it_has_one_registration_however_often_it_is_tapped(town: Town) -> None:
    prepared_id = prepared(town)
    town.clock.advance(timedelta(hours=1))
    made = [take_turn(town.app, prepared_id, caller=PUBLIC) for _ in range(3)]
    assert len({each["registration_id"] for each in made}) == 1
    waiting = find_prepared(town.app, prepared_id)
    assert waiting.registration_id == made[0]["registration_id"] and waiting.party == ()
    assert town.database["prepared"].find_one()["sealed"] is None  # type: ignore[index]


def test_a_turn_whose_answer_was_lost_is_found_again(town: Town) -> None:
    prepared_id = prepared(town)
    town.clock.advance(timedelta(hours=1))
    [kept] = town.database["prepared"].find()
    first = take_turn(town.app, prepared_id, caller=PUBLIC)
    town.database["prepared"].replace_one({"_id": prepared_id}, kept)  # as before it was marked
    assert take_turn(town.app, prepared_id, caller=PUBLIC) == first


def test_the_same_form_twice_is_prepared_once(town: Town) -> None:
    session_id = town.session(opens_at=LATER)
    caller = Caller(once=once("form-0001"))
    made = {prepare(town.app, session_id, [newcomer(1)], caller=caller) for _ in range(2)}
    assert len(made) == 1 and find_prepared(town.app, made.pop()).others == 1


def test_what_is_wrong_is_said_before_the_rush(town: Town) -> None:
    with pytest.raises(SamePersonTwice):
        prepared(town, newcomer(1), newcomer(1))
    with pytest.raises(BirthDateNeeded):
        prepared(town, min_age=6)
    with pytest.raises(GuardianConsentNeeded):
        prepared(town, Newcomer(name="测试", phone="13900000001", birth_date=date(2015, 3, 1)))
    with pytest.raises(SessionClosed):
        prepared(town, opens_at=None, closes_at=NOON - timedelta(hours=1))


def test_it_is_forgotten_a_day_after_sign_up_ends(town: Town) -> None:
    prepared(town, closes_at=LATER + timedelta(hours=2))
    kept = town.database["prepared"].find_one()
    assert kept and kept["expires"] == LATER + timedelta(days=1, hours=2)
    with pytest.raises(UnknownPrepared):
        find_prepared(town.app, "nothing")
