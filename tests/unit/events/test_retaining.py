"""What is past its time is forgotten by itself, what is not stays; the report says both (C-31)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kernel.retention import GRACE
from services.events.domain.person import Newcomer
from services.events.domain.staff_account import Grant
from services.events.schemas.personal import PersonalAnswer
from services.events.usecases import own_data
from services.events.usecases.accounts import managing
from services.events.usecases.entitling import grant
from services.events.usecases.retaining import retention
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.staff_accounts import acting, add, set_up, signed_in
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


def test_c_31_a_shut_account_of_staff_keeps_its_name_and_loses_what_it_signed_in_with(
        town: Town) -> None:
    add(town, "reception", "desk")
    set_up(town, "reception")
    add(town, "office", "desk")
    set_up(town, "office")
    managing.shut(town.app, "reception", by=managing.COMMAND)
    town.clock.advance(timedelta(days=365))
    assert run(town)["staff_accounts"] == 0
    town.clock.advance(timedelta(days=2))
    assert run(town)["staff_accounts"] == 1 and run(town)["staff_accounts"] == 0
    kept = town.app.store.staff.named("reception")
    assert (kept.password, kept.secret, kept.recovery, kept.open) == (None, None, (), False)
    assert town.app.store.staff.named("office").password is not None


def test_c_31_logins_and_requests_of_staff_go_after_their_time(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    signed_in(town, "reception", secret)
    add(town, "boss", "operator")
    managing.change(town.app, "reception", Grant(roles=("operator",)), by=acting("boss"))
    assert run(town)["staff_logins"] == 0
    town.clock.advance(timedelta(days=2))
    assert (run(town)["staff_logins"], town.database["staff_logins"].count_documents({})) == (1, 0)
    assert standing(town)["staff_requests"].oldest is not None
    town.clock.advance(timedelta(days=366))
    assert run(town)["staff_requests"] == 1 and town.app.store.staff.waiting() == []
    assert not any(each.overdue for each in standing(town).values())
