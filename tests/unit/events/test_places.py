"""Members limited to programmes and streets: in within, out outside, at every door with a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kernel.rights import ALL, Scope
from services.events.domain.broken import BrokenRule
from services.events.domain.no_show import NoShow
from services.events.usecases import looking, rosters
from services.events.web.places import of_activity, of_programme, of_session
from tests.places import is_let_in, only, placed
from tests.unit.events.builders import Town
from tests.unit.events.console import Console

DOORS = placed("events")
KEY, STREET = "road-angels", "大鹏"
OUTSIDE = [only(programme="other"), only(street="南澳"), only(programme=KEY, street="南澳"),
           only(programme="other", street=STREET)]
PUBLIC = (of_session, of_activity, of_programme)  # their ids stand on residents' pages


@pytest.fixture
def there(town: Town) -> dict[str, Any]:
    """One of everything, at one place, by the names that addresses have for it."""
    session_id = town.session(programme=KEY, street=STREET)
    made = town.sign_up(session_id, 1)
    ref = made["party"][0]
    absence = NoShow(
        no_show_id="absence", session_id=session_id, registration_id=made["registration_id"],
        person_ref=ref, ended_at=town.clock(), confidential=False, recorded_at=town.clock())
    town.app.transactions.run(lambda within: town.app.store.no_shows.add([absence], within=within))
    return {"session_id": session_id, "activity_id": town.pool(session_id).activity_id,
            "registration_id": made["registration_id"], "person_ref": ref, "key": KEY,
            "no_show_id": "absence", "entitlement_id": "e", "item_id": "i", "form": "csv"}


def told_of(values: Mapping[str, Any], *, street: str = STREET) -> dict[str, Any]:
    return {"programme": KEY, "street": street, f"pick.{values['registration_id']}": "on"}


def let_in(town: Town, limits: Scope, values: Mapping[str, Any], *,
           street: str = STREET) -> dict[str, bool]:
    told = told_of({"registration_id": "x", **values}, street=street)
    return {one.name: is_let_in(one, Console(town), limits, values, told) for one in DOORS}


def test_there_are_doors_with_a_place_of_every_kind() -> None:
    assert len(DOORS) > 60


@pytest.mark.parametrize("limits", [ALL, only(programme=KEY)])
def test_a_member_of_the_programme_is_let_in(town: Town, there: dict[str, Any],
                                             limits: Scope) -> None:
    assert {name for name, is_in in let_in(town, limits, there).items() if not is_in} == set()


def test_a_member_of_the_street_is_let_in_but_not_to_a_programme_as_a_whole(
        town: Town, there: dict[str, Any]) -> None:
    shut = {name for name, is_in in let_in(town, only(street=STREET), there).items() if not is_in}
    assert shut <= {one.name for one in DOORS if one.door.scope is of_programme}


@pytest.mark.parametrize("limits", OUTSIDE)
def test_a_member_of_elsewhere_is_not(town: Town, there: dict[str, Any], limits: Scope) -> None:
    in_some_streets = {"programme_page", "list_visits", "list_redemptions"}  # shown in part
    inside = {name for name, is_in in let_in(town, limits, there, street=STREET).items() if is_in}
    assert inside <= (in_some_streets if "other" not in limits.programmes else set())


def test_what_is_unknown_and_secret_is_refused_like_what_lies_outside(
        town: Town, there: dict[str, Any]) -> None:
    unknown = dict.fromkeys(there, "unknown")
    for one in DOORS:
        if one.door.scope in PUBLIC or one.name in ("publish_activity", "publish_activity_page"):
            continue
        told = told_of(unknown)
        try:
            assert not is_let_in(one, Console(town), only(programme=KEY), unknown, told), one.name
        except BrokenRule as rule:
            assert type(rule).__name__ == "UnknownProgramme", one.name


def test_nobody_moves_a_session_to_a_street_that_is_not_theirs(
        town: Town, there: dict[str, Any]) -> None:
    inside = let_in(town, only(street=STREET), there, street="南澳")
    assert not inside["change_session"] and not inside["publish_activity"]


def test_lists_show_what_lies_within(town: Town, there: dict[str, Any]) -> None:
    waiting = town.session(programme=KEY, street=STREET, mode="approval")
    town.sign_up(waiting, 2)
    for limits, number in ((only(street=STREET), 1), (only(street="南澳"), 0), (ALL, 1)):
        assert len(looking.undecided(town.app, sight=None, limits=limits)) == number
        assert len(rosters.figures(town.app, limits=limits)) == 2 * number
        assert len(town.app.store.activities.matching(limits=limits)) == 2 * number
