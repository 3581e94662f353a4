"""Limits stop machines, not an office behind one address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.events.domain.broken import (
    AlreadyRegistered,
    TooManyTries,
    UnknownConsent,
    UnknownRegistration,
)
from services.events.usecases import consenting, preparing, registrations, series
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import NOON, STARTS, Town, newcomer, once, party

HERE = Caller(address="203.0.113.9")


def tried(app: Events, session_id: str, number: int, caller: Caller = HERE) -> None:
    sign_up(app, session_id, party(number), caller=caller)


def test_one_person_may_try_six_times_a_minute(town: Town) -> None:
    session_id = town.session()
    tried(town.app, session_id, 1)
    for _ in range(5):
        with pytest.raises(AlreadyRegistered):
            tried(town.app, session_id, 1)
    with pytest.raises(TooManyTries) as refused:
        tried(town.app, session_id, 1)
    tried(town.app, session_id, 2)
    town.clock.advance(timedelta(seconds=refused.value.seconds))
    with pytest.raises(AlreadyRegistered):
        tried(town.app, session_id, 1)


def test_the_same_asked_again_with_its_key_is_one_try(town: Town) -> None:
    session_id = town.session()
    caller = Caller(address="203.0.113.9", once=once("key-1"))
    made = [sign_up(town.app, session_id, party(1), caller=caller) for _ in range(20)]
    assert all(each == made[0] for each in made)


@pytest.mark.slow
def test_an_address_is_limited_only_far_above_an_office(town: Town) -> None:
    session_id = town.session(capacity=400)
    for number in range(300):
        tried(town.app, session_id, number)
    with pytest.raises(TooManyTries):
        tried(town.app, session_id, 300)
    tried(town.app, session_id, 300, Caller(address="203.0.113.10"))
    tried(town.app, session_id, 301, Caller(address="203.0.113.9", staff=True))


@pytest.mark.slow
def test_prepared_parties_are_not_counted_at_an_address(town: Town) -> None:
    session_id = town.session(capacity=400, opens_at=NOON + timedelta(hours=1))
    prepared = preparing.prepare(town.app, session_id, [newcomer(399)], caller=HERE)
    town.clock.advance(timedelta(hours=1))
    for number in range(300):
        tried(town.app, session_id, number)
    answer = preparing.take_turn(town.app, prepared, caller=HERE)
    assert answer["status"] == "confirmed"


def test_all_dates_of_a_series_are_one_try(town: Town) -> None:
    dates = [{"starts_at": STARTS + timedelta(days=day), "capacity": 5,
              "ends_at": STARTS + timedelta(days=day, hours=2)} for day in range(12)]
    made = town.activity(dates)
    found = series.sign_up_series(town.app, made["activity_id"], None, party(1), caller=HERE)
    assert [each["registration"]["status"] for each in found["outcomes"]] == ["confirmed"] * 12


def test_ten_wrong_codes_shut_an_address_out_for_ten_minutes(town: Town) -> None:
    registration_id = town.sign_up(town.session(), 1)["registration_id"]
    for number in range(5):
        with pytest.raises(UnknownRegistration):
            registrations.find_by_code(town.app, f"{number:010d}", caller=HERE)
        with pytest.raises(UnknownConsent):
            consenting.find(town.app, f"WRONG{number}", caller=HERE)
    with pytest.raises(TooManyTries):
        registrations.find_by_code(town.app, registration_id[:10], caller=HERE)
    with pytest.raises(TooManyTries):
        consenting.answer(town.app, "WRONG9", "given", caller=HERE)
    town.clock.advance(timedelta(minutes=10))
    assert registrations.find_by_code(town.app, registration_id[:10].upper(), caller=HERE)


def test_right_codes_are_not_counted(town: Town) -> None:
    code = town.sign_up(town.session(), 1)["registration_id"][:10]
    for _ in range(30):
        registrations.find_by_code(town.app, code, caller=HERE)
