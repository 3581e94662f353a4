"""Walk-ins get the places of those who have not come, and only those."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.registration import Registration
from services.events.domain.walk_in import WalkIns, walk_ins
from tests.unit.events.builders import STARTS, a_registration, a_session

LATER = STARTS + timedelta(minutes=15)


def parties(*sizes: int) -> list[Registration]:
    """Unattended parties of these sizes, in order of arrival."""
    return [
        a_registration(registration_id=f"r{number}", arrival=number,
                       party=tuple(f"p{number}.{each}" for each in range(size)))
        for number, size in enumerate(sizes, start=1)
    ]


def asked(sizes: tuple[int, ...], **order: Any) -> WalkIns:
    fields: dict[str, Any] = {"now": LATER, "walk_in_after": 15, "attended": 0}
    session = a_session(**order.pop("session", {}))
    return walk_ins(session, unattended=parties(*sizes), **{**fields, **order})


def released(found: WalkIns) -> list[str]:
    return [each.registration_id for each in found.released]


@pytest.mark.parametrize("order", [
    {"now": LATER - timedelta(seconds=1)}, {"walk_in_after": None},
    {"now": STARTS + timedelta(hours=2)}, {"session": {"closed_at": LATER}},
])
def test_before_the_time_and_after_the_end_nobody_walks_in(order: dict[str, Any]) -> None:
    assert asked((2, 2), **order) == WalkIns(places=0)


def test_who_signed_up_last_gives_the_place_first() -> None:
    found = asked((2, 3, 1), attended=4, party=2)
    assert (found.places, released(found)) == (6, ["r3", "r2"])


def test_places_that_nobody_holds_come_first() -> None:
    assert released(asked((2,), attended=4, party=4)) == []
    assert released(asked((2,), attended=4, party=5)) == ["r1"]


def test_a_party_that_does_not_fit_releases_nobody() -> None:
    assert asked((2, 2), attended=6, party=5) == WalkIns(places=4)


def test_without_a_party_it_says_how_many_may_come() -> None:
    found = asked((2, 3), attended=5)
    assert (found.places, released(found)) == (5, ["r2", "r1"])


@given(st.lists(st.integers(1, 5), max_size=12), st.integers(0, 40), st.integers(0, 60),
       st.integers(1, 12))
def test_never_more_than_the_capacity_and_no_release_too_many(
    sizes: list[int], attended: int, spare: int, party: int,
) -> None:
    capacity = attended + sum(sizes) + spare
    found = asked(tuple(sizes), attended=attended, party=party, session={"capacity": capacity})
    held = sum(sizes) - sum(each.size for each in found.released)
    if party > found.places:
        assert found.released == ()
        return
    assert attended + party + held <= capacity
    arrivals = [each.arrival for each in found.released]
    assert arrivals == list(range(len(sizes), len(sizes) - len(arrivals), -1))
    if found.released:
        assert attended + party + held + found.released[-1].size > capacity
