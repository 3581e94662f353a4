"""Members limited to programmes and streets: in within, out outside, at every door with a place."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.rights import ALL, Scope
from services.volunteers.usecases import App, credit_hours, duties, lines_of, waiting
from services.volunteers.usecases.watching import watch_duties
from tests.places import is_let_in, only, placed
from tests.unit.volunteers.builders import at, came, closed, session, told
from tests.unit.volunteers.desk import Desk
from tests.unit.volunteers.ledgers import an_app
from tests.unit.volunteers.requests import asked
from tests.unit.volunteers.schedule import ended

DOORS = placed("volunteers")
KEY, STREET = "road-angels", "大鹏"
INSIDE = [ALL, only(programme=KEY), only(street=STREET), only(programme=KEY, street=STREET)]
OUTSIDE = [only(programme="other"), only(street="南澳"), only(programme=KEY, street="南澳")]


@pytest.fixture
def there() -> tuple[App, dict[str, Any]]:
    """A held stay, a request about it, and the person's day, by the names in addresses."""
    app = an_app()
    credit_hours(app, told(came(at("07:40")), closed()))
    watch_duties(app, told(ended(session())))
    [held] = lines_of(app, "p1")
    return app, {"entry_id": held.entry_id, "correction_id": asked(app), "person_ref": "p1",
                 "day": str(held.day)}


def shut(there: tuple[App, dict[str, Any]], limits: Scope, **changes: str) -> set[str]:
    app, values = there
    return {one.name for one in DOORS
            if not is_let_in(one, Desk(app), limits, {**values, **changes}, {})}


def test_there_are_doors_with_a_place() -> None:
    assert len(DOORS) >= 8


@pytest.mark.parametrize("limits", INSIDE)
def test_a_member_of_the_place_is_let_in(there: Any, limits: Scope) -> None:
    assert shut(there, limits) == set()


@pytest.mark.parametrize("limits", OUTSIDE)
def test_a_member_of_elsewhere_is_not(there: Any, limits: Scope) -> None:
    assert shut(there, limits) == {one.name for one in DOORS}


@pytest.mark.parametrize("day", ["2026-09-02", "someday"])
def test_what_is_unknown_is_refused_like_what_lies_outside(there: Any, day: str) -> None:
    unknown = {"entry_id": "x", "correction_id": "x", "person_ref": "p9", "day": day}
    assert shut(there, only(programme=KEY), **unknown) == {one.name for one in DOORS}


def test_lists_show_what_lies_within(there: Any) -> None:
    app, _ = there
    for limits, number in ((only(programme=KEY), 1), (only(street="南澳"), 0), (ALL, 1)):
        assert len(waiting.held(app, limits=limits).items) == number
        assert len(waiting.corrections(app, limits=limits).items) == number
        assert len(duties.due(app, limits=limits).items) == number
