"""Qualifications verified elsewhere: heard in any order, they open posts and close them again."""

from __future__ import annotations

from itertools import permutations

import pytest

from contracts.volunteers import QualificationExpired, QualificationRecorded
from kernel.envelope import Envelope, wrap
from services.events.usecases.people import keep_qualifications, set_qualifications
from tests.unit.events.builders import NOON, Town


def heard(ref: str, *held: bool, key: str = "crew-lead") -> list[Envelope]:
    """Facts of one qualification, in their order: recorded or expired."""
    facts = [
        QualificationRecorded(person_ref=ref, qualification=key) if each else
        QualificationExpired(person_ref=ref, qualification=key, reason="expired")
        for each in held
    ]
    return [wrap(fact, id=f"{ref}-{key}-{n}", source="/volunteers", sequence=n, time=NOON)
            for n, fact in enumerate(facts, 1)]


def held(town: Town, ref: str) -> tuple[str, ...]:
    return town.app.store.people.some([ref])[ref].qualifications


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_c26_the_latest_fact_counts_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    town = Town.in_memory()
    ref = town.sign_up(town.session(), 1)["party"][0]
    facts = heard(ref, True, False, True)
    for place in (*order, *order):
        keep_qualifications(town.app, [facts[place]])
    assert held(town, ref) == ("crew-lead",)


def test_c26_what_ended_is_gone_and_others_stay() -> None:
    town = Town.in_memory()
    ref = town.sign_up(town.session(), 1)["party"][0]
    set_qualifications(town.app, ref, ["driver"])
    keep_qualifications(town.app, [*heard(ref, True, False), *heard(ref, True, key="nursing")])
    assert held(town, ref) == ("driver", "nursing")


def test_whoever_is_not_known_here_is_passed_over() -> None:
    town = Town.in_memory()
    keep_qualifications(town.app, heard("nobody", True))
    assert town.database["people"].count_documents({}) == 0
