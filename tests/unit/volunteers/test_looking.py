"""Staff look at persons: at minors with a ticket of other eyes only, and every look is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import SelfConcerned, SelfMade
from services.volunteers.domain.people import broken
from services.volunteers.usecases.people import reading, retaining
from services.volunteers.usecases.people.consenting import withdraw_guardian
from services.volunteers.usecases.people.recovering import ask_recovery
from services.volunteers.usecases.people.register import Retention
from tests.unit.volunteers.office import CHECKER, CLERK, GUARDIAN, RESIDENT, Office, card
from tests.unit.volunteers.test_recovering import asked


def ticket(office: Office, number: str, *, acting: Acting = CHECKER, by: Acting = CLERK,
           approve: bool = True) -> str:
    request_id = reading.ask_ticket(office.register, number, reason="核对年龄",
                                    acting=acting)["request_id"]
    reading.decide_ticket(office.register, request_id, approve=approve, reason="同意查阅",
                          acting=by)
    return str(request_id)


def test_c28_a_grown_persons_look_is_kept_with_who_when_and_why() -> None:
    office = Office.in_memory()
    number = office.new(1)
    looked = reading.look(office.register, number, "record", acting=CHECKER, reason="窗口办理")
    assert looked.identity.name == "测试0001"
    [read] = reading.looks(office.register, number)
    assert (read.by, read.at, read.what, read.reason, read.ticket) == (
        "checker", office.clock(), "record", "窗口办理", None)


def test_c28_a_minor_opens_with_an_approved_ticket_of_the_one_who_looks() -> None:
    office = Office.in_memory()
    number = office.new(1, born="2015-01-01", guardian=GUARDIAN)
    other = office.new(2)
    good = ticket(office, number)
    for wrong in (None, "nothing", ticket(office, number, approve=False), ticket(office, other),
                  ticket(office, number, acting=CLERK, by=CHECKER)):
        with pytest.raises(broken.TicketNeeded):
            reading.look(office.register, number, "record", acting=CHECKER, ticket=wrong)
    assert reading.looks(office.register, number) == []
    looked = reading.look(office.register, number, "record", acting=CHECKER, ticket=good)
    assert looked.identity.guardian_name is None
    [read] = reading.looks(office.register, number)
    assert (read.ticket, read.reason) == (good, "核对年龄")
    office.clock.advance(timedelta(hours=24))
    with pytest.raises(broken.TicketNeeded):
        reading.look(office.register, number, "record", acting=CHECKER, ticket=good)


def test_c28_eighteen_on_the_local_day_is_no_minor() -> None:
    office = Office.in_memory()
    grown, minor = office.new(1, born="2008-09-01"), office.new(2, born="2008-09-02")
    assert reading.look(office.register, grown, "record", acting=CHECKER)
    with pytest.raises(broken.TicketNeeded):
        reading.look(office.register, minor, "record", acting=CHECKER)


def test_c17_nobody_approves_a_look_of_their_own_or_at_themselves() -> None:
    office = Office.in_memory()
    number = office.new(1, born="2012-01-01")
    for by, rule in ((CHECKER, SelfMade),
                     (Acting(actor="warden", person_ref="p1"), SelfConcerned)):
        with pytest.raises(rule):
            ticket(office, number, by=by)
    assert len(reading.open_tickets(office.register)) == 2


def test_c28_a_volunteer_is_found_by_reference_or_document_and_the_look_is_kept() -> None:
    office = Office.in_memory()
    number = office.new(1)
    assert reading.find_by_reference(office.register, "p1").volunteer_no == number
    found = reading.find_by_document(office.register, "resident_id", card("1990-01-01", 1),
                                     acting=CHECKER)
    assert found.volunteer_no == number
    [read] = reading.looks(office.register, number)
    assert (read.by, read.what) == ("checker", "document")
    with pytest.raises(broken.UnknownVolunteer):
        reading.find_by_reference(office.register, "p2")
    with pytest.raises(broken.UnknownVolunteer):
        reading.find_by_document(office.register, "resident_id", card("1990-01-01", 2),
                                 acting=CHECKER)


def test_c31_each_class_is_forgotten_in_its_time_and_reported() -> None:
    office = Office.in_memory(retention=Retention(
        requests=timedelta(days=10), reads=timedelta(days=100), stopped=timedelta(days=1)))
    number = office.new(1, born="2015-01-01", guardian=GUARDIAN)
    reading.look(office.register, number, "record", acting=CHECKER, ticket=ticket(office, number))
    ask_recovery(office.register, asked(), acting=RESIDENT)
    withdraw_guardian(office.register, number, method="in_person", evidence="x", acting=CLERK)
    assert retaining.forget(office.register) == {"requests": 0, "reads": 0, "stopped": 0}
    assert retaining.reports(office.register) == []
    done = []
    for days in (2, 9, 95):
        office.clock.advance(timedelta(days=days))
        done.append(retaining.forget(office.register))
    assert done == [{"requests": 0, "reads": 0, "stopped": 1},
                    {"requests": 2, "reads": 0, "stopped": 0},
                    {"requests": 0, "reads": 1, "stopped": 0}]
    assert office.register.known(number).state == "erased"
    assert [each["forgotten"] for each in retaining.reports(office.register)] == done[::-1]
    assert {each["key"] for each in retaining.classes(office.register)} > set(done[0])
