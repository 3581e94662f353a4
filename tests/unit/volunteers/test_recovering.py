"""The way back: asked by anybody, decided by other eyes, hours of both references as one (C-35)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.events import ContactRecorded
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import AlreadyDecided, SelfConcerned, SelfMade, TooManyTries
from services.volunteers.domain.people import broken
from services.volunteers.service import Http
from services.volunteers.usecases import credit_hours
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.hearing import keep_contacts
from services.volunteers.usecases.people.recovering import (
    Asked,
    ask_recovery,
    decide_recovery,
    open_recoveries,
    recovery,
)
from tests.unit.volunteers.builders import told, visit
from tests.unit.volunteers.office import CHECKER, CLERK, RESIDENT, Office, card


def asked(number: int = 1, **changes: Any) -> Asked:
    fields: dict[str, Any] = {
        "name": f"测试{number:04d}", "phone": "13900000077", "document_type": "resident_id",
        "document_number": card("1990-01-01", number),
    }
    return Asked(**{**fields, **changes})


def decided(office: Office, request_id: str, *, approve: bool = True,
            acting: Acting = CHECKER) -> Any:
    return decide_recovery(office.register, request_id, approve=approve, reason="核对过证件原件",
                           acting=acting)


def hours(office: Office, ref: str) -> Any:
    doors = Http()
    doors.app, doors.register = office.app, office.register  # type: ignore[assignment]
    call: Any = SimpleNamespace(query={})
    return doors.hours(call, ref)


def test_c35_after_approval_the_new_code_opens_and_hours_are_shown_as_one() -> None:
    office = Office.in_memory()
    number = office.new(1)
    credit_hours(office.app, told(*visit("07:30", "09:00", who="p1"),
                                  *visit("10:00", "11:00", id="s2", who="p-new")))
    before = list(office.database["entries"].find())
    answer = ask_recovery(office.register, asked(person_ref="p-new"), acting=CLERK)
    assert decided(office, answer["request_id"])["volunteer_no"] == number
    assert own(office.register, number, answer["code"], RESIDENT).person_refs == ("p1", "p-new")
    for ref in ("p1", "p-new"):
        assert (hours(office, ref).minutes, len(hours(office, ref).entries)) == (150, 2)
    assert list(office.database["entries"].find()) == before  # nothing is rewritten
    with pytest.raises(broken.UnknownVolunteer):
        own(office.register, number, office.codes[number], RESIDENT)
    assert office.register.opened(number).phone == "13900000077"


def test_c35_a_stranger_is_answered_the_same_whether_there_is_a_volunteer_or_not() -> None:
    office = Office.in_memory()
    office.new(1)
    known, unknown = (ask_recovery(office.register, asked(n), acting=RESIDENT) for n in (1, 2))
    assert set(known) == set(unknown) and known["state"] == unknown["state"] == "pending"
    shown = [recovery(office.register, each["request_id"]) for each in (known, unknown)]
    assert [each.volunteer_no for each in shown] == [None, None]
    first, second = open_recoveries(office.register)
    assert (first["same_name"], first["same_phone"], second["volunteer_no"]) == (True, False, None)
    with pytest.raises(broken.NoMatch):
        decided(office, unknown["request_id"])
    assert decided(office, unknown["request_id"], approve=False)["state"] == "refused"


def test_the_code_opens_nothing_before_and_nothing_after_a_refusal() -> None:
    office = Office.in_memory()
    number = office.new(1)
    answer = ask_recovery(office.register, asked(), acting=RESIDENT)
    for _ in range(2):
        with pytest.raises(broken.UnknownVolunteer):
            own(office.register, number, answer["code"], RESIDENT)
        if recovery(office.register, answer["request_id"]).state == "pending":
            decided(office, answer["request_id"], approve=False)
    with pytest.raises(AlreadyDecided):
        decided(office, answer["request_id"])
    assert own(office.register, number, office.codes[number], RESIDENT)


@pytest.mark.parametrize(("maker", "checker", "rule"), [
    (CHECKER, CHECKER, SelfMade),
    (CLERK, Acting(actor="warden", person_ref="p1"), SelfConcerned),
    (CLERK, Acting(actor="warden", person_ref="p-new"), SelfConcerned),
])
def test_c17_maker_checker_and_beneficiary_are_three(
        maker: Acting, checker: Acting, rule: type[Exception]) -> None:
    office = Office.in_memory()
    office.new(1)
    request_id = ask_recovery(office.register, asked(person_ref="p-new"),
                              acting=maker)["request_id"]
    with pytest.raises(rule):
        decided(office, request_id, acting=checker)
    assert recovery(office.register, request_id).state == "pending"


def test_a_reference_of_somebody_else_is_not_bound() -> None:
    office = Office.in_memory()
    office.new(1)
    office.new(2)
    request_id = ask_recovery(office.register, asked(person_ref="p2"),
                              acting=CLERK)["request_id"]
    with pytest.raises(broken.ReferenceTaken):
        decided(office, request_id)


def test_what_is_held_is_told_of_the_new_reference_as_well() -> None:
    office = Office.in_memory()
    number = office.new(1)
    office.paper(number, until=date(2027, 1, 1))
    request_id = ask_recovery(office.register, asked(person_ref="p-new"),
                              acting=CLERK)["request_id"]
    decided(office, request_id)
    assert [fact.subject() for fact in office.facts()] == [
        "qualification/p1.crew-lead", "recovered/p1", "qualification/p-new.crew-lead"]


def test_c35_a_stranger_brings_no_reference_but_their_own() -> None:
    office = Office.in_memory()
    office.new(1)
    with pytest.raises(broken.ReferenceUnproven):
        ask_recovery(office.register, asked(person_ref="p-other"), acting=RESIDENT)
    keep_contacts(office.register, told(ContactRecorded(
        person_ref="p-new", name="测试0001", phone="13900000077")))
    request_id = ask_recovery(office.register, asked(), acting=RESIDENT)["request_id"]
    decided(office, request_id)
    assert office.register.references("p1") == ("p1", "p-new")


def test_strangers_cannot_ask_at_will() -> None:
    office = Office.in_memory(registrations_per_document=2)
    for _ in range(2):
        ask_recovery(office.register, asked(), acting=RESIDENT)
    with pytest.raises(TooManyTries) as refused:
        ask_recovery(office.register, asked(), acting=RESIDENT)
    assert 0 < refused.value.seconds <= timedelta(days=1).total_seconds()


def test_c30_requests_keep_nothing_readable() -> None:
    office = Office.in_memory()
    ask_recovery(office.register, asked(), acting=RESIDENT)
    assert not [s for s in ("测试", "1390000", card("1990-01-01", 1)) if s in office.dump()]
