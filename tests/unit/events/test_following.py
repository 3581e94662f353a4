"""Whom volunteers forgot is forgotten here; who came back has another telephone (C-29, C-35)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.event import Fact
from contracts.events import ContactForgotten, ContactRecorded
from contracts.volunteers_people import AccountRecovered, PersonForgotten
from kernel.envelope import Envelope, parse, wrap
from kernel.outbox import all_rows, opened
from services.events.domain.broken import UnknownPerson
from services.events.domain.person import Known
from services.events.usecases.contacts import contacts_of
from services.events.usecases.following import follow_persons
from services.events.usecases.looking import names_of
from services.events.usecases.signing_up import sign_up
from tests.acting import CLEAR
from tests.unit.events.builders import NOON, PUBLIC, Town


def heard(*facts: Fact) -> list[Envelope]:
    return [wrap(fact, id=f"{n}-{fact.subject()}", source="/volunteers", sequence=1, time=NOON)
            for n, fact in enumerate(facts)]


def told(town: Town, *kinds: type[Fact]) -> list[Any]:
    facts = [parse(opened(row, town.app.vault)) for row in all_rows(town.database)]
    return [(each.sequence, each.fact()) for each in facts if isinstance(each.fact(), kinds)]


def ref_of(town: Town, session: str, number: int = 1) -> str:
    return str(town.sign_up(session, number)["party"][0])


def test_c_29_a_forgotten_person_has_no_contact_and_no_way_back_and_figures_stay() -> None:
    town = Town.in_memory()
    session = town.session()
    ref = ref_of(town, session)
    for _ in range(2):
        follow_persons(town.app, heard(PersonForgotten(person_ref=ref)))
    assert contacts_of(town.app, [ref], sight=CLEAR) == {}
    assert names_of(town.app, [ref], CLEAR)[ref] != "测试0001"
    assert town.database["identities"].count_documents({}) == 0
    assert [fact for _, fact in told(town, ContactForgotten)] == [ContactForgotten(person_ref=ref)]
    assert town.app.store.sessions.one(session).taken == 1
    again = ref_of(town, town.session())
    assert again != ref


def test_c_29_a_pseudonym_alone_signs_nobody_up_once_it_was_forgotten() -> None:
    town = Town.in_memory()
    ref = ref_of(town, town.session())
    follow_persons(town.app, heard(PersonForgotten(person_ref=ref)))
    with pytest.raises(UnknownPerson):
        sign_up(town.app, town.session(), [Known(person_ref=ref)], caller=PUBLIC)


def test_c_35_an_old_reference_gets_the_telephone_of_the_new_one_and_it_is_told_next() -> None:
    town = Town.in_memory()
    session = town.session()
    old, new = ref_of(town, session, 1), ref_of(town, session, 2)
    fact = AccountRecovered(person_ref=old, now_ref=new)
    for _ in range(2):
        follow_persons(town.app, heard(fact))
    contacts = contacts_of(town.app, [old, new], sight=CLEAR)
    assert contacts[old].phone == contacts[new].phone and contacts[old].name != contacts[new].name
    [first, second] = [each for each in told(town, ContactRecorded) if each[1].person_ref == old]
    assert (first[0], second[0], second[1].phone) == (1, 2, contacts[new].phone)


@pytest.mark.parametrize("fact", [
    PersonForgotten(person_ref="nobody"), AccountRecovered(person_ref="nobody"),
    AccountRecovered(person_ref="nobody", now_ref="nobody-else"),
])
def test_whoever_is_not_known_here_is_passed_over(fact: Fact) -> None:
    town = Town.in_memory()
    before = json.dumps([row.subject for row in all_rows(town.database)])
    follow_persons(town.app, heard(fact))
    assert json.dumps([row.subject for row in all_rows(town.database)]) == before
    assert town.database["people"].count_documents({}) == 0
