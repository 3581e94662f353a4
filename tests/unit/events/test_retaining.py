"""What is past its time is forgotten by itself, what is not stays; the report says both (C-31)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kernel.retention import GRACE
from services.events.domain.person import Newcomer
from services.events.schemas.personal import PersonalAnswer
from services.events.usecases import own_data
from services.events.usecases.entitling import grant
from services.events.usecases.retaining import retention
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.test_consents import MOTHER, child
from tests.unit.events.test_own_data import a_full_life

YEARS = timedelta(days=1098)


def run(town: Town) -> dict[str, int]:
    return retention(town.app).run(town.clock())


def known(town: Town, *refs: str) -> int:
    """How many of these still have a contact."""
    kept = town.app.store.people.contacts(refs)
    return len(kept)


def standing(town: Town) -> dict[str, Any]:
    return {each.kept.key: each for each in retention(town.app).standing(town.clock())}


def test_c_31_a_contact_goes_three_years_after_the_last_session_and_not_before(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    town.clock.advance(YEARS)
    assert run(town)["contacts"] == 0 and known(town, ref) == 1
    town.clock.advance(timedelta(days=8))
    assert run(town)["contacts"] == 1 and known(town, ref) == 0
    assert len(town.told("contact_forgotten")) == 1 and run(town)["contacts"] == 0


def test_c_31_who_came_back_and_a_guardian_who_was_asked_lately_stay(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    guardian = sign_up(town.app, town.session(), [Newcomer(
        name=MOTHER.name, phone=MOTHER.phone)], caller=PUBLIC)["party"][0]
    town.clock.advance(YEARS)
    town.sign_up(town.session(), 1)
    sign_up(town.app, town.session(programme="growth-camp"), [child()], caller=PUBLIC)
    town.clock.advance(timedelta(days=20))
    assert run(town)["contacts"] == 0
    assert known(town, ref, guardian) == 2


def test_c_31_words_about_people_go_a_year_after_their_session_and_the_attendance_stays(
        town: Town) -> None:
    ref = a_full_life(town)
    assert run(town)["words"] == 0
    town.clock.advance(timedelta(days=367))
    assert run(town)["words"] == 1 and run(town)["words"] == 0
    [part] = PersonalAnswer().dump(own_data.export_person(town.app, ref))["registrations"]
    assert (part["note"], part["forced"], len(part["stays"])) == (None, [], 1)


def test_c_31_an_entitlement_goes_three_years_after_it_ended(town: Town) -> None:
    town.database["programmes"].update_one({"_id": "warm-bee"}, {"$set": {"entitled": ["快递员"]}})
    for ref, until in (("p1", date(2021, 9, 2)), ("p2", None)):
        grant(town.app, "warm-bee", {"person_ref": ref, "occupation": "快递员",
                                     "valid_until": until})
    town.clock.advance(YEARS)
    assert run(town)["entitlements"] == 0
    town.clock.advance(timedelta(days=2))
    assert run(town)["entitlements"] == 1
    assert town.database["entitlements"].distinct("person_ref") == ["p2"]


def test_c_31_the_report_says_what_is_overdue_once_the_job_does_not_run(town: Town) -> None:
    town.sign_up(town.session(), 1)
    assert standing(town)["contacts"].ran_at is None
    run(town)
    fresh = standing(town)
    assert fresh["contacts"].ran_at and not any(each.overdue for each in fresh.values())
    town.clock.advance(YEARS + timedelta(days=8) + GRACE)
    assert {key for key, each in standing(town).items() if each.overdue} == {"contacts", "words"}
    run(town)
    assert not any(each.overdue for each in standing(town).values())
