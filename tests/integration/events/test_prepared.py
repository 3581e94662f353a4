"""Prepared parties on a real database: many taps, two processes, one registration each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from services.events.usecases.book import Caller
from services.events.usecases.preparing import find_prepared, prepare, take_turn
from tests.unit.events.builders import PUBLIC, Town, newcomer, once

PARTIES, TAPS = 12, 4


def test_every_party_has_one_registration_however_often_and_wherever_it_taps(town: Town,
                                                                            twin: Town) -> None:
    session_id = town.session(capacity=5, opens_at=town.clock() + timedelta(seconds=1))
    waiting = [prepare(town.app, session_id, [newcomer(number)], caller=PUBLIC)
               for number in range(PARTIES)]
    for each in (town, twin):
        each.clock.advance(timedelta(seconds=5))
    taps = [(each.app, prepared_id) for _ in range(TAPS) for each in (town, twin)
            for prepared_id in waiting]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda tap: take_turn(*tap, caller=PUBLIC)["registration_id"], taps))
    assert len(set(made)) == PARTIES
    assert (town.pool(session_id).taken, town.pool(session_id).waiting) == (5, PARTIES - 5)
    assert {find_prepared(twin.app, each).party for each in waiting} == {()}


def test_a_form_sent_twice_at_once_is_prepared_once(town: Town, twin: Town) -> None:
    session_id = town.session(opens_at=town.clock() + timedelta(hours=1))
    caller = Caller(once=once("form-0001"))
    with ThreadPoolExecutor(6) as pool:
        made = pool.map(
            lambda app: prepare(app, session_id, [newcomer(1)], caller=caller),
            [town.app, twin.app] * 3,
        )
    assert len(set(made)) == 1 and find_prepared(town.app, made_of(town)).others == 1


def made_of(town: Town) -> str:
    [kept] = town.database["prepared"].find()
    return str(kept["_id"])
