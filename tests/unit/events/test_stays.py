"""Stays in order of time, whatever order their scans come in (C-06, C-13)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.broken import AlreadyCheckedOut
from services.events.domain.stays import Stay, Stays, enter, inside_since, leave
from tests.unit.events.builders import STARTS


def at(minute: int) -> object:
    return STARTS + timedelta(minutes=minute)


def stay(came: int | None = None, left: int | None = None) -> Stay:
    return Stay(checked_in_at=None if came is None else STARTS + timedelta(minutes=came),
                checked_out_at=None if left is None else STARTS + timedelta(minutes=left))


def test_a_check_in_inside_a_stay_or_before_a_known_one_is_double() -> None:
    inside, later, over = (stay(10),), (stay(40),), (stay(10, 20),)
    assert inside_since(inside, STARTS + timedelta(minutes=15)) == at(10)
    assert inside_since(later, STARTS + timedelta(minutes=15)) == at(40)
    assert inside_since(over, STARTS + timedelta(minutes=15)) == at(10)
    assert inside_since(over, STARTS + timedelta(minutes=20)) is None


def test_who_is_known_to_have_left_in_between_was_not_inside() -> None:
    came, left = STARTS, STARTS + timedelta(minutes=30)
    assert inside_since((stay(40),), came, left) is None
    assert inside_since((stay(40),), came, left + timedelta(minutes=20)) == at(40)


def test_a_check_out_ends_the_stay_that_it_falls_into() -> None:
    stays = (stay(0), stay(40))
    assert leave(stays, STARTS + timedelta(minutes=30)) == (stay(0, 30), stay(40))
    assert leave(stays, STARTS + timedelta(minutes=60)) == (stay(0), stay(40, 60))


def test_a_second_check_out_waits_for_its_check_in_only_when_one_may_come() -> None:
    gone, again = (stay(0, 30),), STARTS + timedelta(minutes=60)
    with pytest.raises(AlreadyCheckedOut):
        leave(gone, again)
    with pytest.raises(AlreadyCheckedOut):
        leave(gone, STARTS + timedelta(minutes=30), check_in_may_come=True)
    waiting = leave(gone, again, check_in_may_come=True)
    assert waiting == (stay(0, 30), stay(None, 60))
    assert enter(waiting, STARTS + timedelta(minutes=40)) == (stay(0, 30), stay(40, 60))


visits = st.lists(st.integers(0, 600), min_size=2, max_size=12, unique=True).map(
    lambda moments: [pair for place, pair in enumerate(pairwise(sorted(moments)))
                     if place % 2 == 0]
)


@given(visits, st.randoms(use_true_random=False))
def test_visits_come_in_any_order_and_their_scans_too(visits: list[tuple[int, int]],
                                                      chance: object) -> None:
    shuffled = list(visits)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    stays: Stays = ()
    for came, left in shuffled:
        begin, end = STARTS + timedelta(minutes=came), STARTS + timedelta(minutes=left)
        if chance.random() < 0.5:  # type: ignore[attr-defined]
            stays = leave(stays, end, check_in_may_come=True)
            assert inside_since(stays, begin) is None
            stays = enter(stays, begin)
        else:
            assert inside_since(stays, begin, end) is None
            stays = leave(enter(stays, begin), end, check_in_may_come=True)
    assert stays == tuple(stay(came, left) for came, left in visits)
