"""Staff who see a minor's name leave a row that says whose, when and at which page (C-28)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.audit.act import Act, looking
from kernel.audit.book import Book
from services.events.domain.person import Newcomer
from services.events.usecases import own_data
from services.events.usecases.desk_view import desk_view
from services.events.usecases.finding import find_attendees
from services.events.usecases.looking import entries, with_names
from services.events.usecases.offline_list import offline_list
from services.events.usecases.rosters import roster
from services.events.usecases.signing_up import sign_up
from tests.acting import CLEAR, TRUSTED
from tests.unit.events.builders import PUBLIC, Town, newcomer
from tests.unit.events.console import all_doors

YOUNG = Newcomer(name="测试少年", phone="13900000200", birth_date=date(2006, 5, 1))
AT = "GET /staff/sessions/1"


@pytest.fixture
def camp(town: Town) -> dict[str, Any]:
    """A minor of fifteen and an adult, at one session."""
    return sign_up(town.app, town.session(), [YOUNG, newcomer(1)], caller=PUBLIC)


def rows(town: Town) -> list[dict[str, Any]]:
    return Book(town.database).since(0, limit=100)


def as_staff() -> Any:
    return looking(Act(kind="read", by="li", what="staff_session", place=AT))


LOOKS = {
    "a list": lambda app, id: with_names(app, entries(app, id, status=None), CLEAR),
    "a search": lambda app, id: find_attendees(app, id, "测试", sight=CLEAR),
    "a roster": lambda app, id: roster(app, id, sight=TRUSTED.sight),
    "an offline list": lambda app, id: offline_list(app, id, sight=TRUSTED.sight),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_c_28_a_look_at_a_minor_is_kept_with_who_what_and_where(
        town: Town, camp: dict[str, Any], look: Any) -> None:
    with as_staff():
        look(town.app, camp["session_id"])
    [row] = rows(town)
    assert (row["kind"], row["by"], row["place"]) == ("read", "li", AT)
    assert row["after"] == {"persons": 2, "minors": 1, "minors_1": camp["party"][0]}
    assert "测试" not in str(row)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_at_adults_leaves_nothing(town: Town, look: Any) -> None:
    session = town.session()
    town.sign_up(session, 1, 2)
    with as_staff():
        look(town.app, session)
    assert rows(town) == []


def test_c_28_a_search_that_finds_only_the_adult_is_no_look_at_the_minor(town: Town) -> None:
    session = town.session()
    for each in (YOUNG, newcomer(1)):
        sign_up(town.app, session, [each], caller=PUBLIC)
    with as_staff():
        find_attendees(town.app, session, "测试0001", sight=CLEAR)
        desk_view(town.app, session, sight=TRUSTED.sight)  # nobody was scanned yet
    assert rows(town) == []


def test_c_28_the_export_of_a_minor_is_kept_and_ones_own_is_nobodys_look(
        town: Town, camp: dict[str, Any]) -> None:
    own_data.export_person(town.app, camp["party"][0])
    assert rows(town) == []
    with as_staff():
        own_data.export_person(town.app, camp["party"][0])
    assert [row["after"]["minors_1"] for row in rows(town)] == [camp["party"][0]]


def test_c_28_forty_minors_of_a_camp_are_all_in_the_row(town: Town) -> None:
    session = town.session(capacity=40)
    refs = [sign_up(town.app, session, [Newcomer(
        name=f"测试少年{n}", phone="13900000200", birth_date=date(2006, 5, 1))],
        caller=PUBLIC)["party"][0] for n in range(40)]
    with as_staff():
        roster(town.app, session, sight=TRUSTED.sight)
    [row] = rows(town)
    named = [ref for key, text in row["after"].items() if key.startswith("minors_")
             for ref in text.split(",")]
    assert sorted(named) == sorted(refs)


def test_c_28_every_staff_door_that_shows_names_keeps_looks_at_minors() -> None:
    names = {"staff_session", "approvals_page", "list_registrations", "find_attendees", "desk_page",
             "desk_scan_page", "export_roster", "offline_list", "export_person",
             "export_person_sheet", "decisions_page"}
    assert {name: door.audit for name, door in all_doors().items() if name in names
            and door.audit == "none"} == {}
