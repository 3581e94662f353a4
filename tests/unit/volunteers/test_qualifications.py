"""Qualifications: seen by other eyes, told while they hold, dangerous ones for insured adults."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.volunteers import QualificationExpired, QualificationRecorded
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import AlreadyDecided, SelfConcerned, SelfMade
from services.volunteers.domain.people import broken
from services.volunteers.usecases.people import qualifying
from tests.unit.volunteers.office import CHECKER, CLERK, GUARDIAN, Office

LAST = date(2026, 9, 30)


def standings(office: Office, number: str) -> list[str]:
    return [paper.standing for paper in qualifying.papers(office.register, number)]


def test_a_qualification_counts_once_other_eyes_have_seen_it() -> None:
    office = Office.in_memory()
    number = office.new(1)
    record_id = office.paper(number, verified=False, until=LAST)
    assert standings(office, number) == ["unverified"] and office.facts() == []
    for acting, rule in ((CLERK, SelfMade),
                         (Acting(actor="warden", person_ref="p1"), SelfConcerned)):
        with pytest.raises(rule):
            qualifying.verify(office.register, number, record_id, evidence="seen", acting=acting)
    qualifying.verify(office.register, number, record_id, evidence="seen", acting=CHECKER)
    assert standings(office, number) == ["valid"]
    assert office.facts() == [QualificationRecorded(person_ref="p1", qualification="crew-lead",
                                                    valid_until=LAST)]
    with pytest.raises(AlreadyDecided):
        qualifying.verify(office.register, number, record_id, evidence="x", acting=CHECKER)


def test_what_ran_out_is_answered_as_expired_and_told_once() -> None:
    office = Office.in_memory()
    number = office.new(1)
    office.paper(number, until=LAST)
    office.clock.advance(timedelta(days=29))  # the last day
    assert (standings(office, number), qualifying.sweep(office.register)) == (["valid"], 0)
    office.clock.advance(timedelta(days=1))
    assert standings(office, number) == ["expired"]
    assert [qualifying.sweep(office.register) for _ in range(2)] == [1, 0]
    assert office.facts()[1:] == [QualificationExpired(
        person_ref="p1", qualification="crew-lead", reason="expired")]


def test_a_renewed_qualification_goes_on_with_its_new_end() -> None:
    office = Office.in_memory()
    number = office.new(1)
    for until in (LAST, date(2027, 9, 30)):
        office.paper(number, until=until)
    office.clock.advance(timedelta(days=60))
    assert qualifying.sweep(office.register) == 0
    assert [fact.valid_until for fact in office.facts()  # type: ignore[attr-defined]
            ] == [LAST, date(2027, 9, 30)]


def test_a_withdrawn_qualification_ends_and_stays_on_record() -> None:
    office = Office.in_memory()
    number = office.new(1)
    record_id = office.paper(number)
    qualifying.withdraw(office.register, number, record_id, reason="证书作废", acting=CHECKER)
    assert standings(office, number) == ["withdrawn"]
    assert office.facts()[-1] == QualificationExpired(
        person_ref="p1", qualification="crew-lead", reason="withdrawn")
    with pytest.raises(AlreadyDecided):
        qualifying.withdraw(office.register, number, record_id, reason="再", acting=CHECKER)
    with pytest.raises(broken.UnknownRecord):
        qualifying.withdraw(office.register, number, "none", reason="再", acting=CHECKER)


def test_c26_a_dangerous_post_needs_an_insurance_that_holds() -> None:
    office = Office.in_memory(dangerous=frozenset({"lifeguard"}))
    number = office.new(1)
    with pytest.raises(broken.InsuranceNeeded):
        office.paper(number, key="lifeguard")
    office.paper(number, "insurance", until=LAST)
    office.paper(number, key="lifeguard", until=date(2030, 1, 1))
    assert office.facts() == [QualificationRecorded(person_ref="p1", qualification="lifeguard",
                                                    valid_until=LAST)]
    office.clock.advance(timedelta(days=30))
    assert standings(office, number) == ["unverified", "expired", "uninsured"]
    assert qualifying.sweep(office.register) == 1
    office.paper(number, "insurance", until=date(2027, 9, 30))
    assert [type(fact) for fact in office.facts()] == [
        QualificationRecorded, QualificationExpired, QualificationRecorded]


@pytest.mark.parametrize(("born", "allowed"), [("2008-09-01", True), ("2008-09-02", False)])
def test_c26_a_dangerous_post_is_not_for_minors(born: str, allowed: bool) -> None:
    office = Office.in_memory(dangerous=frozenset({"lifeguard"}))
    number = office.new(1, born=born, guardian=GUARDIAN)
    office.paper(number, "insurance", until=LAST)
    if allowed:
        assert office.paper(number, key="lifeguard")
        return
    with pytest.raises(broken.BarredForMinors):
        office.paper(number, key="lifeguard")
    assert office.facts() == []


def test_c30_facts_name_nobody() -> None:
    office = Office.in_memory()
    office.paper(office.new(1))
    assert not [s for s in ("测试", "1390000", "440307") if s in repr(office.facts())]
