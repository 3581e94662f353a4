"""Figures from facts as another system works them out: each counts once, the latest holds."""

from __future__ import annotations

from contracts.event import Fact, write
from ops.season.heard import Account
from tests.unit.stats.builders import (
    a_session,
    an_evening,
    attended,
    closed,
    corrected,
    credited,
)


def heard(*facts: Fact) -> dict[str, int]:
    account = Account()
    for fact in facts:
        account.take({"type": fact.key, "data": write(fact)})
    return account.figures()


def test_what_comes_twice_counts_once() -> None:
    once = (attended("a"), credited("a"), closed(served=40))

    assert heard(*once, *once) == heard(*once) == {
        "attendances": 1, "minutes": 90, "hours": 1, "served_reported": 40}


def test_what_was_put_right_counts_as_it_is_now() -> None:
    figures = heard(
        attended("a"), attended("a", state="absent"), attended("b"),
        credited("b", minutes=30, entry="wrong"), corrected("b", 30, reverses="wrong"),
        credited("b"), closed(served=40), closed(served=50))

    assert figures == {"attendances": 1, "minutes": 90, "hours": 1, "served_reported": 50}


def test_the_order_in_which_subjects_come_does_not_matter() -> None:
    facts = (credited("a", minutes=30, entry="wrong"), corrected("a", 30, reverses="wrong"),
             credited("a"), attended("a"), closed())

    assert heard(*facts) == heard(*reversed(facts))


def test_a_person_at_two_sessions_is_counted_at_each_and_other_programmes_nowhere() -> None:
    figures = heard(attended("a"), attended("a", a_session(2)), attended("a", an_evening()),
                    closed(an_evening(), served=9))

    assert figures["attendances"] == 2 and figures["served_reported"] == 0
