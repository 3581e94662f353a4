"""At the door: who has not come makes room for who stands there; who stays away is paused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.events.domain.broken import NoWalkIns, Paused
from services.events.domain.no_show import NoShowRules
from services.events.usecases.attending import close_session
from services.events.usecases.scanning import Scan, scan
from services.events.usecases.signing_up import walk_in
from tests.unit.events.builders import STAFF, Town, party


def entered(town: Town, session_id: str, *numbers: int) -> dict[str, Any]:
    return walk_in(town.app, session_id, party(*numbers), caller=STAFF)


def began(town: Town, minutes: int, **order: Any) -> tuple[str, list[dict[str, Any]]]:
    """A session of two places, taken by two, the first of whom came; so many minutes later."""
    session_id = town.session(
        capacity=2, starts_at=town.clock() + timedelta(hours=1), **order
    )
    made = [town.sign_up(session_id, number) for number in (1, 2)]
    town.clock.advance(timedelta(hours=1))
    scan(town.app, Scan(session_id=session_id, registration_id=made[0]["registration_id"],
                        direction="in", nonce="n"))
    town.later(minutes=minutes)
    return session_id, made


def test_after_the_time_a_walk_in_takes_the_place_of_who_did_not_come(town: Town) -> None:
    session_id, made = began(town, 16, walk_in_after=15)
    assert entered(town, session_id, 9)["status"] == "confirmed"
    assert [town.status(each) for each in made] == ["confirmed", "lapsed"]
    assert [each.data["reason"] for each in town.told("signup_lapsed")] == ["place_released"]
    assert town.pool(session_id).taken == 2


def test_nobody_walks_in_early_nor_where_it_is_not_wanted_nor_beyond_the_places(
        town: Town) -> None:
    for minutes, order, people in ((10, {"walk_in_after": 15}, (9,)), (60, {}, (9,)),
                                   (16, {"walk_in_after": 15}, (8, 9))):
        session_id, made = began(town, minutes, **order)
        with pytest.raises(NoWalkIns):
            entered(town, session_id, *people)
        assert [town.status(each) for each in made] == ["confirmed", "confirmed"]
        for each in made:
            town.database["people"].update_one(
                {"_id": each["party"][0]}, {"$set": {"engagements": []}})


def test_who_stayed_away_too_often_is_paused_where_the_policy_says_so(town: Town) -> None:
    rules = NoShowRules(limit=1, within=timedelta(days=90), pause=timedelta(days=30))
    town.app = replace(town.app, policy=replace(town.app.policy, no_shows=rules))
    session_id, _ = began(town, 5)
    close_session(town.app, session_id, {})
    with pytest.raises(Paused, match="可以申诉"):
        town.sign_up(town.session(), 2)
    assert town.sign_up(town.session(), 1)["status"] == "confirmed"
    town.later(days=31)
    assert town.sign_up(town.session(), 2)["status"] == "confirmed"
