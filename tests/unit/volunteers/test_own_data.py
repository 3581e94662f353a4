"""Consents off by default, one's own data corrected and deleted, what was published stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from marshmallow import ValidationError

from contracts.volunteers import ConsentChanged
from services.volunteers.domain.broken import SelfConcerned
from services.volunteers.domain.people import broken
from services.volunteers.schemas.people import SkillsForm
from services.volunteers.texts import texts
from services.volunteers.usecases import credit_hours, hours_of
from services.volunteers.usecases.people import amending, consenting, owning
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.showing import whole
from tests.unit.volunteers.builders import told, visit
from tests.unit.volunteers.office import (
    CHECKER,
    CLERK,
    GUARDIAN,
    RESIDENT,
    VERSION,
    Office,
    card,
)


def agreed(office: Office, number: str, purpose: str, given: bool, version: str = VERSION) -> None:
    consenting.set_toggle(office.register, office.register.known(number), purpose, given=given,
                          version=version, acting=RESIDENT)


def test_c27_every_toggle_is_off_until_it_is_given_and_off_again_at_the_next_use() -> None:
    office = Office.in_memory(receivers=("civil-affairs",))
    number = office.new(1)
    toggles = {each["purpose"]: each["given"]
               for each in consenting.toggles(office.register, number)}
    assert toggles == {"id_number": True, "gps": False, "photo": False, "publication": False,
                       "marketing_sms": False, "sharing/civil-affairs": False}
    for given in (True, False, True):
        agreed(office, number, "sharing/civil-affairs", given)
        assert consenting.may(office.register, number, "sharing/civil-affairs") is given
    assert not consenting.may(office.register, number, "publication")
    assert not consenting.may(office.register, "1234567890", "gps")


def test_c27_one_agrees_to_the_present_text_and_may_leave_any() -> None:
    office = Office.in_memory()
    number = office.new(1)
    with pytest.raises(broken.OldText):
        agreed(office, number, "photo", True, "2020-01")
    agreed(office, number, "photo", False, "2020-01")
    with pytest.raises(broken.UnknownPurpose):
        agreed(office, number, "sharing/nobody", True)


def test_c27_without_consent_the_number_is_erased_and_one_person_stays_one() -> None:
    office = Office.in_memory()
    number = office.new(1)
    agreed(office, number, "id_number", False)
    assert office.register.opened(number).number is None
    shown = whole(office.register, office.register.known(number),
                  office.register.opened(number), [])
    assert shown.basic.document_number is None and shown.basic.name == "测试0001"
    with pytest.raises(broken.AlreadyAVolunteer):
        office.new(1, person_ref="p2")


def told_consents(office: Office) -> list[tuple[str, bool]]:
    return [(fact.person_ref, fact.given) for fact in office.facts()
            if isinstance(fact, ConsentChanged)]


def test_c27_consent_to_promotional_texts_is_told_and_taken_back_with_the_person() -> None:
    office = Office.in_memory()
    number = office.new(1)
    agreed(office, number, "photo", True)
    assert told_consents(office) == []
    for given in (True, False, True):
        agreed(office, number, "marketing_sms", given)
    assert told_consents(office) == [("p1", True), ("p1", False), ("p1", True)]
    owning.delete(office.register, number)
    owning.delete(office.register, number)
    assert told_consents(office)[3:] == [("p1", False)]


def test_c27_a_consent_given_before_the_first_sign_up_is_told_at_it() -> None:
    office = Office.in_memory()
    number = office.new(1, person_ref=None)
    agreed(office, number, "marketing_sms", True)
    assert told_consents(office) == []
    office.known(1, "p7")
    assert told_consents(office) == [("p7", True)]


def test_c27_every_purpose_has_a_text() -> None:
    office = Office.in_memory(receivers=("school",))
    told_texts = [each["text"] for each in consenting.toggles(office.register, office.new(1))]
    assert all(len(text) > 10 for text in told_texts) and "school" in told_texts[-1]
    assert "撤回" in texts().guardian


def test_c29_name_and_number_are_corrected() -> None:
    office = Office.in_memory()
    number = office.new(1)
    answer = owning.correct(office.register, number, name="改正")
    assert answer["corrected"] == ["name"] and "改正" not in repr(answer)
    identity = office.register.opened(number)
    assert (identity.name, identity.phone) == ("改正", "13900000001")


def test_c17_a_name_that_one_asks_for_on_ones_own_page_is_put_right_by_other_eyes() -> None:
    office = Office.in_memory()
    number = office.new(1)
    made = amending.ask_amendment(office.register, number, name="改正", reason="写错了",
                                  acting=RESIDENT)
    waits = office.register.people.requests.waiting(number, "amendment")
    assert waits is not None and waits.request_id == made["request_id"]
    with pytest.raises(SelfConcerned):
        amending.decide_amendment(office.register, made["request_id"], approve=True, reason="是我",
                                  acting=replace(CHECKER, person_ref="p1"))
    assert office.register.opened(number).name == "测试0001"
    amending.decide_amendment(office.register, made["request_id"], approve=True, reason="已核对",
                              acting=CHECKER)
    assert office.register.opened(number).name == "改正"
    assert office.register.people.requests.waiting(number, "amendment") is None


@pytest.mark.parametrize(("written", "skills"), [
    ({}, []), ({"skills": "急救\r\n手语、 摄影"}, ["急救", "手语", "摄影"]),
    ({"skills": "急救,,，\n "}, ["急救"]),
])
def test_skills_are_written_one_a_line_or_with_commas(written: dict[str, str],
                                                      skills: list[str]) -> None:
    assert SkillsForm().load(written) == {"skills": skills}


@pytest.mark.parametrize(("written", "said"), [
    ("会" * 21, "1 到 20 个字"), ("电话13900000001", "不填手机号"),
    ("\n".join(f"第{n}项" for n in range(21)), "最多 20 项"),
])
def test_what_is_wrong_with_skills_is_said_of_the_whole_field(written: str, said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        SkillsForm().load({"skills": written})
    assert said in wrong.value.normalized_messages()["skills"][0]


def test_c29_deletion_erases_who_it_was_and_changes_no_figure() -> None:
    office = Office.in_memory()
    number = office.new(1)
    credit_hours(office.app, told(*visit("07:30", "09:00", who="p1")))
    office.paper(number)
    owning.tell_skills(office.register, number, ["游泳"], acting=RESIDENT)
    owning.delete(office.register, number)
    owning.delete(office.register, number)
    assert hours_of(office.app, "p1").minutes == 90
    assert "游泳" not in office.dump()
    assert office.register.people.volunteers.identity(number) is None
    with pytest.raises(broken.UnknownVolunteer):
        own(office.register, number, office.codes[number], RESIDENT)
    last = [type(fact).__name__ for fact in office.facts()][-2:]
    assert last == ["QualificationExpired", "PersonForgotten"]
    assert not consenting.may(office.register, number, "id_number")


def test_c29_who_was_deleted_may_come_back_as_somebody_new() -> None:
    office = Office.in_memory()
    first = office.new(1)
    owning.delete(office.register, first)
    again = office.new(1)
    assert again != first and office.register.references("p1") == ("p1",)
    assert office.register.known(again).person_refs == ("p1",)


def test_c25_a_guardian_takes_the_consent_back_and_processing_stops() -> None:
    office = Office.in_memory()
    number = office.new(1, born="2015-01-01", guardian=GUARDIAN)
    consenting.withdraw_guardian(office.register, number, method="in_person", evidence="form-2",
                                 acting=CLERK)
    for work in (lambda: owning.correct(office.register, number, name="新"),
                 lambda: office.paper(number),
                 lambda: consenting.withdraw_guardian(office.register, number, evidence="again",
                                                      method="in_person", acting=CHECKER)):
        with pytest.raises(broken.ProcessingStopped):
            work()
    assert card("2015-01-01", 1) not in office.dump()
