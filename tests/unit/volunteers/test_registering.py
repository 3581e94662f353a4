"""Registration: one person, one volunteer; children with consent; strangers learn nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.answers import Once
from services.volunteers.domain.broken import TooManyTries
from services.volunteers.domain.people import broken
from services.volunteers.domain.people.broken import AlreadyAVolunteer
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.registering import register_volunteer
from tests.unit.volunteers.office import CLERK, GUARDIAN, RESIDENT, Office, application, card


def test_who_registers_gets_a_number_and_a_code_that_say_nothing_of_them() -> None:
    office = Office.in_memory()
    number = office.new(1, born="1990-01-01")
    assert len(number) == 10 and office.codes[number].count("-") == 3
    assert own(office.register, number, office.codes[number].lower(), RESIDENT).state == "active"
    assert number not in {card("1990-01-01"), "13900000001"}


def test_c35_a_second_registration_with_the_document_is_refused() -> None:
    office = Office.in_memory()
    office.new(1)
    for changes in ({"person_ref": "p2"}, {"person_ref": "p2", "phone": "13900000002"},
                    {"document_number": card("1990-01-01", 1).lower(), "person_ref": None}):
        with pytest.raises(AlreadyAVolunteer):
            office.new(1, **changes)
    assert office.database["volunteers"].count_documents({}) == 1


def test_c35_a_reference_is_one_persons_and_the_refusal_says_no_more() -> None:
    office = Office.in_memory()
    office.new(1)
    with pytest.raises(AlreadyAVolunteer) as taken:
        office.new(2, person_ref="p1")
    with pytest.raises(AlreadyAVolunteer) as known:
        office.new(1)
    assert str(taken.value) == str(known.value)


def test_c35_a_stranger_cannot_take_anothers_reference_and_hours() -> None:
    office = Office.in_memory()
    office.known(1)
    for person_ref in ("p1", "nobody"):
        with pytest.raises(broken.ReferenceUnproven):
            office.new(2, acting=RESIDENT, person_ref=person_ref)
    assert office.new(1, acting=RESIDENT)


def test_who_registers_before_the_first_sign_up_gets_the_reference_then() -> None:
    office = Office.in_memory()
    number = office.new(1, acting=RESIDENT, person_ref=None)
    assert office.register.known(number).person_refs == ()
    office.known(1, "p1")
    office.known(1, "p1-again")
    assert office.register.known(number).person_refs == ("p1",)


def test_the_reference_is_found_by_name_and_number_when_it_is_not_given() -> None:
    office = Office.in_memory()
    office.known(1)
    number = office.new(1, acting=RESIDENT, person_ref=None)
    assert office.register.references("p1") == ("p1",) == office.register.known(number).person_refs


@pytest.mark.parametrize(("changes", "rule"), [
    ({"consents": ()}, broken.ConsentNeeded),
    ({"consents": ("id_number", "tracking")}, broken.UnknownPurpose),
    ({"text_version": "2020-01"}, broken.OldText),
    ({"birth_date": date(1990, 1, 2)}, broken.BirthDateDiffers),
    ({"document_type": "passport", "document_number": "E1234567"}, broken.BirthDateNeeded),
    ({"born": "1880-01-01"}, broken.ImplausibleAge),
    ({"born": "2012-09-02"}, broken.GuardianConsentNeeded),
])
def test_what_is_missing_is_named_and_nothing_is_kept(
        changes: dict[str, Any], rule: type[broken.BadField]) -> None:
    office = Office.in_memory()
    with pytest.raises(rule) as refused:
        office.new(1, **changes)
    assert len(refused.value.errors) == 1
    assert office.database["volunteers"].count_documents({}) == 0


def test_c25_fourteen_on_the_local_day_needs_no_guardian() -> None:
    office = Office.in_memory()  # noon of 2026-09-01 in Shanghai
    assert office.new(1, born="2012-09-01")


def test_c25_a_guardians_consent_is_taken_by_staff_with_version_time_and_method() -> None:
    office = Office.in_memory()
    with pytest.raises(broken.GuardianConsentNeeded):
        office.new(1, acting=RESIDENT, born="2015-01-01", person_ref=None, guardian=GUARDIAN)
    number = office.new(1, born="2015-01-01", guardian=GUARDIAN)
    [line] = [each for each in office.register.people.records.of(number)
              if each.kind == "guardian_consent"]
    assert line.values["method"] == "signed_form" and line.values["version"]
    assert (line.by, line.at, line.evidence) == ("reception", office.clock(), "form-1")


def test_a_key_gives_the_same_answer_and_another_code_is_never_made() -> None:
    office = Office.in_memory()
    once = Once("register:1", "fingerprint-of-the-body")
    first, again = (register_volunteer(office.register, application(), acting=CLERK, once=once)
                    for _ in range(2))
    assert first == again and first["code"] not in office.dump()
    assert "fingerprint-of-the-body" not in office.dump()


def test_c30_nothing_readable_of_the_person_lies_in_the_database() -> None:
    office = Office.in_memory()
    office.known(1)
    office.new(1, born="1990-01-01")
    office.new(2, born="2015-01-01", guardian=GUARDIAN)
    kept = office.dump()
    for secret in ("测试", "1390000", card("1990-01-01", 1), "1990-01-01", "2015-01-01"):
        assert secret not in kept


@pytest.mark.parametrize(("policy", "numbers"), [
    ({"registrations_per_address": 3}, (1, 2, 3, 4)),
    ({"registrations_per_document": 3}, (1, 1, 1, 1)),
])
def test_c35_strangers_cannot_try_documents_at_will(
        policy: dict[str, int], numbers: tuple[int, ...]) -> None:
    office = Office.in_memory(**policy)

    def outcome(number: int) -> str:
        try:
            office.new(number, acting=RESIDENT, person_ref=None)
        except broken.BrokenRule as rule:
            return type(rule).__name__
        return "registered"

    *_, last = [outcome(number) for number in numbers]
    assert last == "TooManyTries"
    assert office.new(9, acting=CLERK)


def test_c35_a_new_key_is_a_new_try_and_the_same_key_is_none() -> None:
    office = Office.in_memory(registrations_per_document=2)
    office.new(1)

    def outcome(key: str) -> str:
        try:
            register_volunteer(office.register, application(person_ref=None), acting=RESIDENT,
                               once=Once(f"register:{key}", "same"))
        except broken.BrokenRule as rule:
            return type(rule).__name__
        return "registered"

    assert [outcome(key) for key in ("a", "a", "a", "b", "c", "a")] == [
        *["AlreadyAVolunteer"] * 4, "TooManyTries", "AlreadyAVolunteer"]


def test_wrong_codes_and_wrong_numbers_are_one_answer_and_run_out() -> None:
    office = Office.in_memory(wrong_codes=3)
    number = office.new(1)
    for given in ((number, "AAAA"), ("1234567890", office.codes[number]), ("x", "y")):
        with pytest.raises(broken.UnknownVolunteer):
            own(office.register, *given, RESIDENT)
    with pytest.raises(TooManyTries):
        own(office.register, number, office.codes[number], RESIDENT)
