"""Contacts that events tells: one queue gives the reference (C-35) and the name for papers."""

from __future__ import annotations

from contracts.events import ContactForgotten, ContactRecorded
from contracts.volunteers_people import AccountRecovered, PersonForgotten
from kernel.envelope import Envelope
from services.volunteers.usecases.people import owning
from services.volunteers.usecases.people.hearing import keep_contacts
from services.volunteers.usecases.people.recovering import ask_recovery
from tests.unit.volunteers.builders import told
from tests.unit.volunteers.office import CLERK, Office
from tests.unit.volunteers.test_recovering import asked, decided


def contacts(*names: str, ref: str = "p9") -> list[Envelope]:
    return told(*(ContactRecorded(person_ref=ref, name=name, phone="13900000009")
                  for name in names))


def name_of(office: Office, ref: str = "p9") -> str | None:
    sealed = office.register.people.names.of(ref)
    return office.register.vault.open(sealed) if sealed else None


def test_c13_the_name_is_the_latest_one_that_was_told_in_any_order() -> None:
    office = Office.in_memory()
    heard = contacts("旧名", "新名")
    for envelope in [*reversed(heard), *heard]:
        keep_contacts(office.register, [envelope])
    assert name_of(office) == "新名"
    assert not [name for name in ("旧名", "新名", "1390000") if name in office.dump()]


def test_both_what_a_name_and_whose_a_reference_is_come_of_one_batch() -> None:
    office = Office.in_memory()
    number = office.new(1)
    keep_contacts(office.register, [*contacts("测试0001", ref="p1"), *contacts("旧", "新")])
    assert name_of(office, "p1") == "测试0001" and name_of(office) == "新"
    assert office.register.known(number).person_refs == ("p1",)


def test_c29_a_name_that_was_erased_does_not_come_back_when_it_is_told_again() -> None:
    office = Office.in_memory()
    office.known(1)
    number = office.new(1)
    assert name_of(office, "p1") == "测试0001"
    owning.delete(office.register, number)
    office.database["inbox"].delete_many({})  # as after 400 days, or under another consumer
    office.known(1)
    assert name_of(office, "p1") is None


def gone(ref: str) -> list[Envelope]:
    return told(ContactForgotten(person_ref=ref))


def test_c29_what_events_forgot_is_forgotten_here_in_whatever_order_it_comes() -> None:
    for order in (0, 1), (1, 0):
        office = Office.in_memory()
        heard = (contacts("测试0009"), gone("p9"))
        for place in order:
            keep_contacts(office.register, heard[place])
        office.database["inbox"].delete_many({})
        keep_contacts(office.register, contacts("测试0009"))
        assert name_of(office) is None


def test_c29_nothing_leads_to_a_reference_that_events_forgot() -> None:
    office = Office.in_memory()
    office.known(1)
    keep_contacts(office.register, gone("p1"))
    number = office.new(1, person_ref=None)
    assert office.register.known(number).person_refs == ()


def test_c29_c31_a_deletion_is_told_once_of_each_reference_and_to_nobody_else() -> None:
    office = Office.in_memory()
    office.known(1)
    number = office.new(1)
    for _ in range(2):
        owning.delete(office.register, number)
    assert [fact for fact in office.facts() if isinstance(fact, PersonForgotten)] == [
        PersonForgotten(person_ref="p1")]
    assert PersonForgotten.private and AccountRecovered.private and ContactForgotten.private
    assert office.database["heard_contacts"].count_documents({}) == 0


def test_c35_another_telephone_is_told_of_the_old_references_without_it() -> None:
    for phone, now_ref, expected in (
        ("13900000077", "p-new", [AccountRecovered(person_ref="p1", now_ref="p-new")]),
        ("13900000077", None, [AccountRecovered(person_ref="p1")]),
        ("13900000001", None, []),
    ):
        office = Office.in_memory()
        office.new(1)
        answer = ask_recovery(office.register, asked(phone=phone, person_ref=now_ref),
                              acting=CLERK)
        decided(office, answer["request_id"])
        assert [fact for fact in office.facts() if isinstance(fact, AccountRecovered)] == expected
