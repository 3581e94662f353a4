"""Members limited to programmes and streets: in within, out outside, at every broadcast's door."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.rights import ALL, EVERYTHING, Rights, Scope
from services.notifications.usecases import App
from tests.places import is_let_in, only, placed
from tests.unit.notifications.broadcasts import drafted, signed_up
from tests.unit.notifications.builders import memory_app
from tests.unit.notifications.desk import Desk

DOORS = placed("notifications")
KEY, STREET = "youth-night", "葵涌"
INSIDE = [ALL, only(programme=KEY), only(street=STREET), only(programme=KEY, street=STREET)]
OUTSIDE = [only(programme="other"), only(street="南澳"), only(programme=KEY, street="南澳")]
TOLD = {"activity_id": "a1", "session_id": None, "where": "a1"}


@pytest.fixture
def there() -> tuple[App, str]:
    app = memory_app()
    signed_up(app, ["p1"])
    return app, drafted(app)


def shut(there: tuple[App, str], limits: Scope, told: dict[str, Any] = TOLD) -> set[str]:
    app, id = there
    return {one.name for one in DOORS
            if not is_let_in(one, Desk(app), limits, {"broadcast_id": id}, told)}


@pytest.mark.parametrize("limits", INSIDE)
def test_a_member_of_the_place_is_let_in(there: Any, limits: Scope) -> None:
    assert len(DOORS) >= 8 and shut(there, limits) == set()


@pytest.mark.parametrize("limits", OUTSIDE)
def test_a_member_of_elsewhere_is_not(there: Any, limits: Scope) -> None:
    assert shut(there, limits) == {one.name for one in DOORS}


def test_what_is_unknown_is_refused_like_what_lies_outside(there: Any) -> None:
    told = {"activity_id": "a9", "session_id": None, "where": "a9"}
    assert shut((there[0], "x"), only(programme=KEY), told) == {one.name for one in DOORS}


@pytest.mark.parametrize(("limits", "is_shown"), [(INSIDE[1], True), (OUTSIDE[0], False)])
def test_lists_and_choices_show_what_lies_within(there: Any, limits: Scope,
                                                 is_shown: bool) -> None:
    app, id = there
    member = Rights(staff=True, permissions=EVERYTHING, scope=limits, actor="wang")
    assert (id[:10] in Desk(app, member).show("broadcasts_page")) == is_shown
    assert ('value="a1"' in Desk(app, member).show("new_broadcast_page")) == is_shown


def test_an_organiser_stops_and_the_department_decides(there: Any) -> None:
    app, id = there
    organiser = Rights(staff=True, actor="o", permissions=EVERYTHING - {"department"})
    page = Desk(app, organiser).show("broadcast_page", id)
    assert 'value="stop"' in page and 'value="approve"' not in page
