"""Finding somebody at the desk: a term is needed, little is shown, nothing of it is kept."""

from __future__ import annotations

import logging

import pytest

from kernel.metrics import REGISTRY
from kernel.web import Call, Refused
from services.events.schemas.desk import FindBody
from services.events.service.desk import DeskDoors
from services.events.usecases.finding import MOST, find_attendees
from services.events.usecases.tickets import ticket_of
from tests.acting import CLEAR, MEMBER, TRUSTED
from tests.unit.events.builders import STAFF, Town


def test_a_name_the_end_of_a_telephone_or_a_ticket_finds_the_party(town: Town) -> None:
    session_id = town.session()
    made = town.sign_up(session_id, 1, 2)
    town.sign_up(session_id, 3)
    number = made["registration_id"]
    for term in ("试0001", "0002", "13900000002", number[:6], ticket_of(town.app, number),
                 f"xx1.{number[:5]}"):
        [found] = find_attendees(town.app, session_id, term, sight=CLEAR)
        assert found.registration_id == number, term
        assert (found.names, found.phone_ends) == (("测试0001", "测试0002"), ("0001", "0002"))


@pytest.mark.parametrize("term", ["试", "  ", "900", "139000", "xx1.", "XX", "zz"])
def test_too_little_finds_nobody(town: Town, term: str) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    assert find_attendees(town.app, session_id, term, sight=CLEAR) == []


def test_a_term_of_one_character_is_refused_at_the_door() -> None:
    assert set(FindBody().validate({"term": "试"})) == {"term"}
    assert set(FindBody().validate({})) == {"term"}


def test_no_more_than_twenty_are_shown_and_nobody_of_another_session(town: Town) -> None:
    session_id = town.session(capacity=30)
    for number in range(25):
        town.sign_up(session_id, number)
    town.sign_up(town.session(), 26)
    assert len(find_attendees(town.app, session_id, "测试", sight=CLEAR)) == MOST
    assert find_attendees(town.app, session_id, "0026", sight=CLEAR) == []


def test_a_confidential_session_is_searched_by_caseworkers_only(town: Town) -> None:
    session_id = town.session(programme="growth-camp")
    town.sign_up(session_id, 1, caller=STAFF)
    doors = DeskDoors()
    doors.app = town.app
    sought = {"term": "测试"}
    with pytest.raises(Refused) as refused:
        doors.find_attendees(Call({}, body=sought, rights=MEMBER), session_id)
    assert (refused.value.problem.status, refused.value.problem.code) == (403, "caseworker_needed")
    call = Call({}, body=sought, rights=TRUSTED)
    assert len(doors.find_attendees(call, session_id)["attendees"]) == 1


def test_a_search_is_counted_and_logged_without_its_term(
    town: Town, caplog: pytest.LogCaptureFixture,
) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    name, label = "xiangxin_desk_searches_total", {"found": "some"}
    before = REGISTRY.get_sample_value(name, label) or 0
    with caplog.at_level(logging.INFO):
        find_attendees(town.app, session_id, "测试0001", sight=CLEAR)
    assert REGISTRY.get_sample_value(name, label) == before + 1
    assert "search with 1 found" in caplog.text and "测试" not in caplog.text
