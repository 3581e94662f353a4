"""Contacts that events tells: one queue gives the reference (C-35) and the name for papers."""

from __future__ import annotations

from contracts.events import ContactRecorded
from kernel.envelope import Envelope
from services.volunteers.usecases.people import owning
from services.volunteers.usecases.people.hearing import keep_contacts
from tests.unit.volunteers.builders import told
from tests.unit.volunteers.office import Office


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
