"""Minors' names leave only with a look that other eyes approved, and each is kept (C-28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.acting import Acting
from kernel.audit.act import Act, looking
from kernel.audit.book import Book
from kernel.rights import Sight
from services.events.domain.broken import (
    LookDecided,
    SelfMade,
    TicketNeeded,
    UnknownLook,
    UnknownReference,
)
from services.events.domain.person import Newcomer
from services.events.usecases import looks, own_data
from services.events.usecases.retaining import retention
from services.events.usecases.rosters import RosterRow, roster
from services.events.usecases.signing_up import sign_up
from tests.acting import CLEAR, MEMBER
from tests.unit.events.builders import PUBLIC, Town, newcomer
from tests.unit.events.console import FORM_KEY, Console, text

YOUNG = Newcomer(name="测试少年", phone="13900000200", birth_date=date(2006, 5, 1))
LI, WANG = Acting(actor="li"), Acting(actor="wang")


@pytest.fixture
def camp(town: Town) -> dict[str, Any]:
    """A minor of fifteen and an adult, at one session."""
    return sign_up(town.app, town.session(), [YOUNG, newcomer(1)], caller=PUBLIC)


def asked(town: Town, about: str, kind: Any = "roster") -> str:
    return str(looks.ask(town.app, kind, about, reason="住宿登记", acting=LI)["request_id"])


def approved(town: Town, about: str, kind: Any = "roster") -> str:
    request_id = asked(town, about, kind)
    looks.decide(town.app, request_id, approve=True, reason="属实", acting=WANG)
    return request_id


def exported(town: Town, session_id: str, *, actor: str = "li", full: bool = False,
             sight: Sight = CLEAR) -> list[RosterRow]:
    found = looks.ticket(town.app, session_id, actor)
    return roster(town.app, session_id, sight=sight, ticket=found, full=full)


def test_without_a_look_a_minor_is_masked_and_nobody_else(
        town: Town, camp: dict[str, Any]) -> None:
    rows = exported(town, camp["session_id"])
    assert [(row.name, row.phone) for row in rows] == [
        ("测***", "139****0200"), ("测试0001", "13900000001")]


def test_in_full_a_roster_with_minors_asks_for_a_look(town: Town, camp: dict[str, Any]) -> None:
    with pytest.raises(TicketNeeded):
        exported(town, camp["session_id"], full=True)
    grown = town.session(starts_at=town.clock() + timedelta(days=2))
    town.sign_up(grown, 5)
    [row] = exported(town, grown, full=True)
    assert row.name == "测试0005"


def test_with_the_names_masked_for_everybody_no_look_is_needed(
        town: Town, camp: dict[str, Any]) -> None:
    assert [row.name for row in exported(town, camp["session_id"], sight=Sight())] == [
        "测***", "测***"]


def test_an_approved_look_opens_to_who_asked_and_for_a_while(
        town: Town, camp: dict[str, Any]) -> None:
    session_id = camp["session_id"]
    approved(town, session_id)
    assert exported(town, session_id, full=True)[0].name == "测试少年"
    with pytest.raises(TicketNeeded):
        exported(town, session_id, actor="wang", full=True)
    town.clock.advance(town.app.policy.look_lasts)
    with pytest.raises(TicketNeeded):
        exported(town, session_id, full=True)


def test_who_asked_does_not_decide_and_nobody_decides_twice(
        town: Town, camp: dict[str, Any]) -> None:
    request_id = asked(town, camp["session_id"])
    with pytest.raises(SelfMade):
        looks.decide(town.app, request_id, approve=True, reason="属实", acting=LI)
    looks.decide(town.app, request_id, approve=False, reason="不需要", acting=WANG)
    with pytest.raises(LookDecided):
        looks.decide(town.app, request_id, approve=True, reason="属实", acting=WANG)
    with pytest.raises(UnknownLook):
        looks.decide(town.app, "nothing", approve=True, reason="属实", acting=WANG)
    assert looks.ticket(town.app, camp["session_id"], "li") is None
    assert looks.pending(town.app) == []


def test_what_is_kept_of_a_minor_is_taken_along_with_a_look_at_that_person(
        town: Town, camp: dict[str, Any]) -> None:
    child, adult = camp["party"]
    assert looks.check_person(town.app, adult, "li") is None
    with pytest.raises(TicketNeeded):
        looks.check_person(town.app, child, "li")
    request_id = approved(town, child, "person")
    found = looks.check_person(town.app, child, "li")
    assert found is not None and found.request_id == request_id
    concerned = Acting(actor="zhang", person_ref=child)
    with pytest.raises(SelfMade):
        looks.decide(town.app, asked(town, child, "person"), approve=True, reason="属实",
                     acting=concerned)
    with pytest.raises(UnknownReference):
        asked(town, "nobody", "person")


def test_every_export_is_kept_with_its_look_and_whose_names_left(
        town: Town, camp: dict[str, Any]) -> None:
    look, person = approved(town, camp["session_id"]), approved(town, camp["party"][0], "person")
    with looking(Act(kind="read", by="li", what="export_roster", place="GET /x")):
        exported(town, camp["session_id"], full=True)
        own_data.export_person(town.app, camp["party"][0], ticket=person)
    rows = Book(town.database).since(0, limit=100)
    assert [row["after"]["ticket"] for row in rows] == [look, person]
    assert {row["after"]["minors_1"] for row in rows} == {camp["party"][0]}


def test_looks_are_forgotten_after_their_time(town: Town, camp: dict[str, Any]) -> None:
    asked(town, camp["session_id"])
    town.clock.advance(town.app.policy.retention.words + timedelta(days=1))
    assert retention(town.app).run(town.clock())["looks"] == 1
    assert looks.pending(town.app) == []


def console_of(town: Town, actor: str) -> Console:
    return Console(town, replace(MEMBER, actor=actor))


def test_the_console_asks_for_a_look_and_other_eyes_allow_it(
        town: Town, camp: dict[str, Any]) -> None:
    session_id = camp["session_id"]
    li, wang = console_of(town, "li"), console_of(town, "wang")
    assert "申请查阅单" in li.page("staff_session", session_id=session_id)
    empty = li.post("ask_look_order", {"key": FORM_KEY, "reason": ""}, session_id=session_id)
    assert empty.status_code == 422 and 'href="#reason"' in text(empty)
    for _ in range(2):  # the same form twice is one look
        made = li.post("ask_look_order", {"key": FORM_KEY, "reason": "住宿登记"},
                       session_id=session_id)
        assert made.headers["Location"] == "/staff/looks?done=asked"
    [look] = looks.pending(town.app)
    assert "须由别人决定" in li.page("looks_page")
    said = {"key": FORM_KEY, "reason": "属实", "action": "approved"}
    assert li.post("look_order", said, request_id=look.request_id).status_code == 403
    assert "住宿登记" in wang.page("looks_page")
    assert wang.post("look_order", said, request_id=look.request_id).status_code == 303
    assert "已批准" in li.page("ask_look_page", session_id=session_id)
    name = li.get("export_roster", "full=1", session_id=session_id, form="csv")
    assert "测试少年" in name.get_data(as_text=True)


def test_a_decision_without_a_reason_says_so_at_its_look(
        town: Town, camp: dict[str, Any]) -> None:
    request_id = asked(town, camp["session_id"])
    page = console_of(town, "wang").post(
        "look_order", {"key": FORM_KEY, "reason": "", "action": "approved"}, request_id=request_id)
    assert page.status_code == 422 and f'href="#reason-{request_id}"' in text(page)
    assert len(looks.pending(town.app)) == 1
