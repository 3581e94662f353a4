"""Sign-up, line and cancellation with all rooms but the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.answers import KeyReused
from kernel.mongo import Unavailable
from kernel.outbox import all_rows
from services.events.domain import broken
from services.events.domain.person import Known, Member
from services.events.usecases.parties import party_of
from services.events.usecases.registrations import find_registration
from services.events.usecases.signing_up import Caller, SignUp, sign_up, sign_up_all
from tests.unit.events.builders import STAFF, STARTS, Town, newcomer, once


def test_a_party_is_confirmed_and_told_with_everybody_in_it(town: Town) -> None:
    session_id = town.session()
    answer = town.sign_up(session_id, 1, 2)
    [told] = town.told("signup_confirmed")
    assert answer["status"] == "confirmed" and "position" not in answer
    assert told.data["party"] == answer["party"]
    assert told.data["household_ref"] == answer["party"][0]
    assert told.subject == f"registration/{answer['registration_id']}"
    assert town.pool(session_id).taken == 2


def test_a_full_session_puts_the_party_in_line(town: Town) -> None:
    session_id = town.session(capacity=2)
    town.sign_up(session_id, 1, 2)
    answers = [town.sign_up(session_id, number) for number in (3, 4)]
    assert [(each["status"], each["position"]) for each in answers] == [
        ("waitlisted", 1), ("waitlisted", 2),
    ]
    assert [each.data["position"] for each in town.told("signup_waitlisted")] == [1, 2]


def test_the_same_person_signs_up_once(town: Town) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    with pytest.raises(broken.AlreadyRegistered) as refusal:
        town.sign_up(session_id, 2, 1)
    assert list(refusal.value.errors) == ["party.1"]
    assert town.pool(session_id).taken == 1


def test_a_known_person_signs_up_by_reference(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    answer = sign_up(town.app, town.session(), [Known(person_ref=ref), newcomer(2)], caller=STAFF)
    assert answer["party"][0] == ref
    assert len(town.told("contact_recorded")) == 2


def test_n_23_who_comes_back_after_a_while_has_their_contact_told_again(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    again = [Known(person_ref=ref)]
    town.later(days=19)
    sign_up(town.app, town.session(starts_at=town.clock() + timedelta(days=2)), again, caller=STAFF)
    assert len(town.told("contact_recorded")) == 1
    for days in (2, 1):
        town.later(days=days)
        where = town.session(starts_at=town.clock() + timedelta(days=days))
        sign_up(town.app, where, again, caller=STAFF)
    told = town.told("contact_recorded")
    assert [(each.sequence, each.data["phone"]) for each in told] == [
        (1, told[0].data["phone"]), (2, told[0].data["phone"])]


def test_a_reference_nobody_has_is_refused_by_its_place(town: Town) -> None:
    with pytest.raises(broken.UnknownPerson) as refusal:
        sign_up(town.app, town.session(), [newcomer(1), Known(person_ref="nobody")], caller=STAFF)
    assert list(refusal.value.errors) == ["party.1"]


def test_the_same_person_twice_in_a_party_is_refused(town: Town) -> None:
    with pytest.raises(broken.SamePersonTwice):
        town.sign_up(town.session(), 1, 1)


def test_a_person_is_found_again_and_their_contact_is_told_once(town: Town) -> None:
    first = town.sign_up(town.session(), 1)
    second = town.sign_up(town.session(starts_at=STARTS + timedelta(days=1)), 1)
    [contact] = town.told("contact_recorded")
    assert first["party"] == second["party"] == [contact.data["person_ref"]]
    assert contact.data["phone"] == "13900000001"


def test_two_people_with_one_telephone_are_two_people(town: Town) -> None:
    session_id = town.session()
    family = [newcomer(1, "测试父"), newcomer(1, "测试女")]
    answer = sign_up(town.app, session_id, family, caller=STAFF)
    assert len(set(answer["party"])) == 2


def test_names_and_numbers_are_kept_sealed_and_told_in_no_public_fact(town: Town) -> None:
    town.sign_up(town.session(), 1)
    kept = [repr(row) for name in ("people", "registrations") for row in town.database[name].find()]
    public = [repr(row) for row in all_rows(town.database) if not row.private]
    assert not [text for text in kept + public if "13900000001" in text or "测试0001" in text]


def test_a_refused_newcomer_leaves_nothing_behind(town: Town) -> None:
    with pytest.raises(broken.OverLimit):
        town.sign_up(town.session(capacity=1), 1, 2)
    assert town.database["people"].count_documents({}) == 0
    assert town.told("contact_recorded") == []


def test_under_fourteen_nothing_is_kept_without_a_guardian(town: Town) -> None:
    child = newcomer(1).__class__(name="测试", phone="13900000001",
                                  birth_date=(STARTS - timedelta(days=365 * 10)).date())
    with pytest.raises(broken.GuardianConsentNeeded):
        sign_up(town.app, town.session(), [child], caller=STAFF)
    assert town.database["people"].count_documents({}) == 0


def test_the_same_key_gives_the_same_registration(town: Town) -> None:
    session_id = town.session()
    caller = Caller(once=once("k"))
    first = town.sign_up(session_id, 1, caller=caller)
    assert town.sign_up(session_id, 1, caller=caller) == first
    assert town.pool(session_id).taken == 1
    with pytest.raises(KeyReused):
        town.sign_up(session_id, 2, caller=Caller(once=once("k", "other")))


def test_an_unknown_session_is_refused(town: Town) -> None:
    with pytest.raises(broken.UnknownSession):
        town.sign_up("nowhere", 1)


def test_after_the_start_the_public_is_late_and_staff_are_not(town: Town) -> None:
    session_id = town.session()
    town.clock.advance(timedelta(days=30))
    with pytest.raises(broken.SessionClosed):
        town.sign_up(session_id, 1)
    assert town.sign_up(session_id, 1, caller=STAFF)["status"] == "confirmed"


def test_a_confidential_session_is_told_without_title_and_place(town: Town) -> None:
    town.sign_up(town.session(programme="growth-camp", title="成长营第一期"), 1)
    [told] = town.told("signup_confirmed")
    ref = told.data["session"]
    assert (ref["title"], ref["place"], ref["confidential"]) == (None, None, True)


def test_a_cancelled_place_goes_to_the_next_in_line(town: Town) -> None:
    session_id = town.session(capacity=1)
    first, second, third = (town.sign_up(session_id, number) for number in (1, 2, 3))
    town.cancel(first["registration_id"])
    states = [find_registration(town.app, each["registration_id"]) for each in (second, third)]
    assert [(each.registration.status, each.position) for each in states] == [
        ("confirmed", None), ("waitlisted", 1),
    ]
    assert [each.type.split(".")[1] for each in town.told()][-2:] == [
        "signup_cancelled", "signup_promoted",
    ]
    assert (town.pool(session_id).taken, town.pool(session_id).waiting) == (1, 1)


def test_cancelling_twice_changes_and_tells_nothing(town: Town) -> None:
    session_id = town.session()
    registration_id = town.sign_up(session_id, 1)["registration_id"]
    assert town.cancel(registration_id)["status"] == "cancelled"
    assert town.cancel(registration_id)["status"] == "cancelled"
    assert len(town.told("signup_cancelled")) == 1
    assert town.pool(session_id).taken == 0


def test_who_cancelled_joins_again_at_the_back(town: Town) -> None:
    session_id = town.session(capacity=1)
    first = town.sign_up(session_id, 1)
    town.sign_up(session_id, 2)
    town.cancel(first["registration_id"])
    again = town.sign_up(session_id, 1)
    assert (again["status"], again["position"]) == ("waitlisted", 1)
    assert again["registration_id"] != first["registration_id"]


def test_a_waiting_party_that_leaves_lets_the_smaller_one_behind_it_in(town: Town) -> None:
    session_id = town.session(capacity=3)
    town.sign_up(session_id, 1, 2)
    pair, single = town.sign_up(session_id, 3, 4), town.sign_up(session_id, 5)
    town.cancel(pair["registration_id"])
    [promoted] = town.told("signup_promoted")
    assert promoted.data["registration_id"] == single["registration_id"]
    assert town.pool(session_id).taken == 3


def test_the_facts_of_one_registration_are_numbered_without_gap(town: Town) -> None:
    session_id = town.session(capacity=1)
    first, second = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    town.cancel(first["registration_id"])
    town.cancel(second["registration_id"])
    subject = f"registration/{second['registration_id']}"
    told = [each for each in town.told() if each.subject == subject]
    assert [(each.type.split(".")[1], each.sequence) for each in told] == [
        ("signup_waitlisted", 1), ("signup_promoted", 2), ("signup_cancelled", 3),
    ]


def test_what_the_caller_correlates_is_carried_into_the_fact(town: Town) -> None:
    town.sign_up(town.session(), 1, caller=Caller(correlation="call-7"))
    assert town.told("signup_confirmed")[0].correlationid == "call-7"


def test_one_bad_order_does_not_spoil_its_group(town: Town) -> None:
    session_id = town.session(capacity=2)
    parties: list[list[Member]] = [
        [newcomer(1)], [Known(person_ref="nobody")], [newcomer(1)], [newcomer(2)],
    ]
    orders = [
        SignUp(party=party_of(town.app.vault, members), household_ref=None, caller=Caller(),
               priority=0, registration_id=None)
        for members in parties
    ]
    outcomes = sign_up_all(town.app, session_id, orders)
    assert [type(each).__name__ for each in outcomes] == [
        "dict", "UnknownPerson", "AlreadyRegistered", "dict",
    ]
    assert town.pool(session_id).taken == 2


def test_a_database_that_is_away_is_told_as_such(town: Town) -> None:
    session_id = town.session()
    class Away:
        def __getattr__(self, name: str) -> object:
            raise Unavailable("away")
    object.__setattr__(town.app.store, "sessions", Away())
    with pytest.raises(Unavailable):
        town.sign_up(session_id, 1)
