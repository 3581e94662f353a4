"""The draw: committed beforehand, held once, worked out again by anybody."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.broken import DrawAlreadyHeld, DrawNotDue, NotADraw, SessionClosed
from services.events.domain.draw import Entry, code_of, drawn
from services.events.usecases import drawing
from tests.unit.events.builders import Town


def a_draw(town: Town, capacity: int = 3, parties: int = 8, size: int = 1, **order: Any) -> str:
    """A session with entries; sign-up is still open."""
    session_id = town.session(
        capacity=capacity, mode="draw", closes_at=town.clock() + timedelta(days=1), **order
    )
    for number in range(parties):
        made = town.sign_up(session_id, *range(number * 10, number * 10 + size))
        assert made["status"] == "entered_draw"
    return session_id


def test_the_hash_of_the_seed_is_out_before_the_first_entry(town: Town) -> None:
    session_id = a_draw(town, parties=0)
    [committed] = town.told("draw_committed")
    assert drawing.look(town.app, session_id)["seed_sha256"] == committed.data["seed_sha256"]
    assert "seed" not in drawing.look(town.app, session_id)


def test_the_draw_is_held_by_itself_when_sign_up_ends(town: Town) -> None:
    session_id = a_draw(town)
    town.later(days=1)
    active = town.app.store.registrations.active(session_id)
    assert sorted(each.status for each in active) == ["confirmed"] * 3 + ["waitlisted"] * 5
    assert len(town.told("draw_held")) == 1
    with pytest.raises(SessionClosed):
        town.sign_up(session_id, 99)
    with pytest.raises(DrawAlreadyHeld):
        drawing.hold(town.app, session_id)


def test_anybody_can_work_the_order_out_from_what_is_published(town: Town) -> None:
    session_id = a_draw(town)
    town.later(days=1)
    shown = drawing.look(town.app, session_id)
    assert sha256(bytes.fromhex(shown["seed"])).hexdigest() == shown["seed_sha256"]
    listed = "".join(sorted(f"{each['code']} {each['size']}\n" for each in shown["order"]))
    digest = sha256(listed.encode()).hexdigest()
    assert digest == shown["list_sha256"]
    again = sorted((each["code"] for each in shown["order"]), key=lambda code: sha256(
        f"{shown['seed']} {digest} {code}".encode()).hexdigest())
    assert again == [each["code"] for each in shown["order"]]


def test_the_line_stands_in_the_order_of_the_draw(town: Town) -> None:
    session_id = a_draw(town)
    town.later(days=1)
    order = [each["code"] for each in drawing.look(town.app, session_id)["order"]]
    active = {code_of(each.registration_id): each
              for each in town.app.store.registrations.active(session_id)}
    town.cancel(active[order[0]].registration_id)
    [promoted] = town.told("signup_promoted")
    assert code_of(promoted.data["registration_id"]) == order[3]
    positions = [town.app.store.registrations.position(active[code]) for code in order[4:]]
    assert positions == [1, 2, 3, 4]


def test_parties_are_drawn_whole_and_never_one_place_too_many(town: Town) -> None:
    session_id = a_draw(town, capacity=5, parties=4, size=2)
    town.later(days=1)
    assert town.pool(session_id).taken == 4


def test_who_cancels_before_the_draw_is_not_in_it(town: Town) -> None:
    session_id = a_draw(town, parties=3)
    leaving = town.app.store.registrations.active(session_id)[0]
    town.cancel(leaving.registration_id)
    town.later(days=1)
    assert town.told("draw_held")[0].data["entries"] == 2


def test_a_draw_is_not_held_early_nor_where_there_is_none(town: Town) -> None:
    with pytest.raises(DrawNotDue):
        drawing.hold(town.app, a_draw(town))
    with pytest.raises(NotADraw):
        drawing.hold(town.app, town.session())


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=40), st.randoms())
def test_the_order_does_not_depend_on_how_the_list_was_read(numbers: list[int],
                                                            shuffler: Any) -> None:
    entries = [Entry(code=code_of(str(number)), size=1 + number % 3) for number in numbers]
    order = drawn(entries, seed="ab" * 32)
    shuffler.shuffle(entries)
    assert drawn(entries, seed="ab" * 32) == order
