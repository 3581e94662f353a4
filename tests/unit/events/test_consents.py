"""Guardians' consent: a state that is asked for, given, refused, withdrawn, and runs out (C-25)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.events.domain.broken import UnknownConsent
from services.events.domain.person import Guardian, Known, Newcomer
from services.events.usecases import consenting
from services.events.usecases.organising import change_session
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import PUBLIC, STAFF, STARTS, Town, newcomer

MOTHER = Guardian(name="测试母", phone="13900000100")


def child(number: int = 1, guardian: Guardian = MOTHER) -> Newcomer:
    return Newcomer(name=f"测试童{number}", phone=guardian.phone, birth_date=date(2012, 1, number),
                    guardian=guardian)


@pytest.fixture
def asked(town: Town) -> dict[str, Any]:
    session_id = town.session(capacity=1, programme="growth-camp")
    return sign_up(town.app, session_id, [child()], caller=PUBLIC)


def say(town: Town, code: str, decision: Any) -> dict[str, Any]:
    return consenting.answer(town.app, code, decision)


def test_a_child_gets_no_place_before_its_guardian_consents(town: Town,
                                                            asked: dict[str, Any]) -> None:
    assert asked["status"] == "pending_consent"
    assert town.pool(asked["session_id"]).taken == 0
    [pending] = town.told("signup_pending")
    assert pending.data["waits_for"] == "consent"
    [request] = town.told("consent_requested")
    [guardian] = town.told("contact_recorded")
    assert request.data["guardian_ref"] == guardian.data["person_ref"]
    assert guardian.data["phone"] == MOTHER.phone
    assert request.data["session"]["title"] is None


def test_with_consent_the_party_comes_in_as_if_it_came_now(town: Town,
                                                           asked: dict[str, Any]) -> None:
    first = town.sign_up(asked["session_id"], 5)
    say(town, town.codes()[0], "given")
    assert (first["status"], town.status(asked)) == ("confirmed", "waitlisted")
    assert len(town.told("contact_recorded")) == 3
    [decided] = town.told("consent_decided")
    assert (decided.data["decision"], decided.data["text_version"]) == (
        "given", consenting.TEXT_VERSION)


def test_consent_said_twice_is_said_once_and_codes_are_forgiving(town: Town,
                                                                 asked: dict[str, Any]) -> None:
    code = town.codes()[0].lower()
    for _ in range(2):
        say(town, f" {code[:4]}-{code[4:]} ", "given")
    assert town.status(asked) == "confirmed"
    assert len(town.told("consent_decided")) == 1


def test_a_refusal_ends_it_and_the_child_is_forgotten(town: Town, asked: dict[str, Any]) -> None:
    say(town, town.codes()[0], "refused")
    assert town.registration(asked["registration_id"]).reason == "consent_refused"
    kept = town.app.store.people.some(asked["party"])[asked["party"][0]]
    assert kept.contact is None
    assert len(town.told("contact_recorded")) == 1
    again = sign_up(town.app, asked["session_id"], [child()], caller=PUBLIC)
    assert again["status"] == "pending_consent"


def test_withdrawal_gives_the_place_to_the_next(town: Town, asked: dict[str, Any]) -> None:
    code = town.codes()[0]
    say(town, code, "given")
    second = town.sign_up(asked["session_id"], 5)
    assert [town.status(asked), second["status"]] == ["confirmed", "waitlisted"]
    say(town, code, "withdrawn")
    assert [town.status(asked), town.status(second)] == ["lapsed", "confirmed"]
    with pytest.raises(UnknownConsent):
        say(town, code, "given")


def test_silence_ends_it_by_itself(town: Town, asked: dict[str, Any]) -> None:
    town.later(hours=49)
    assert town.registration(asked["registration_id"]).reason == "consent_expired"
    with pytest.raises(UnknownConsent):
        say(town, town.codes()[0], "given")


def test_wrong_and_spent_codes_look_the_same(town: Town, asked: dict[str, Any]) -> None:
    for code in ("ZZZZZZZZZ", "", "x" * 40):
        with pytest.raises(UnknownConsent):
            consenting.find(town.app, code)
    found = consenting.find(town.app, town.codes()[0])
    assert found.children == ("测试童1",)
    town.cancel(asked["registration_id"])
    with pytest.raises(UnknownConsent):
        consenting.find(town.app, town.codes()[0])


def test_every_guardian_of_a_party_is_asked_and_all_must_agree(town: Town) -> None:
    father = Guardian(name="测试父", phone="13900000101")
    party = [newcomer(9), child(1), child(2), child(3, father)]
    made = sign_up(town.app, town.session(), party, caller=PUBLIC)
    first, second = town.codes()
    say(town, first, "given")
    assert town.status(made) == "pending_consent"
    say(town, second, "given")
    assert town.status(made) == "confirmed"


def test_a_moved_session_asks_anew_and_keeps_the_place_meanwhile(town: Town,
                                                                 asked: dict[str, Any]) -> None:
    say(town, town.codes()[0], "given")
    change_session(town.app, asked["session_id"], {
        "starts_at": STARTS + timedelta(days=1), "ends_at": STARTS + timedelta(days=1, hours=2),
    }, caller=STAFF)
    assert town.status(asked) == "pending_consent"
    assert town.pool(asked["session_id"]).taken == 1
    old, new = town.codes()
    with pytest.raises(UnknownConsent):
        say(town, old, "withdrawn")
    say(town, new, "given")
    assert town.status(asked) == "confirmed"
    assert town.pool(asked["session_id"]).taken == 1


def test_a_known_child_needs_consent_each_time_and_keeps_its_guardian(
        town: Town, asked: dict[str, Any]) -> None:
    say(town, town.codes()[0], "given")
    stranger = Guardian(name="测试陌生", phone="13900000199")
    later = town.session(starts_at=STARTS + timedelta(days=3))
    by_form = sign_up(town.app, later, [child(1, MOTHER)], caller=PUBLIC)
    assert by_form["status"] == "pending_consent"
    other = town.session(starts_at=STARTS + timedelta(days=4))
    forged = Newcomer(name="测试童1", phone=MOTHER.phone, birth_date=date(2012, 1, 1),
                      guardian=stranger)
    sign_up(town.app, other, [forged], caller=PUBLIC)
    asked_of = {each.data["guardian_ref"] for each in town.told("consent_requested")}
    assert len(asked_of) == 1
    by_ref = town.session(starts_at=STARTS + timedelta(days=5))
    known = sign_up(town.app, by_ref, [Known(person_ref=asked["party"][0])], caller=PUBLIC)
    assert known["status"] == "pending_consent"
