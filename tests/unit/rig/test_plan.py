"""The plan of a storm: the seed decides it, strikes follow each other, every kind is there."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.chaos.plan import KINDS, plan


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert plan(1, 100) == plan(1, 100)
    assert plan(1, 100) != plan(2, 100)


@pytest.mark.parametrize("seed", range(20))
def test_a_strike_begins_after_the_one_before_is_over(seed: int) -> None:
    for before, after in pairwise(plan(seed, 100)):
        assert after.at >= before.at + before.lasts


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_of_fault_falls_within_the_time(seed: int) -> None:
    strikes = plan(seed, 100)

    assert {(one.fault, one.target) for one in strikes} == {(kind[0], kind[1]) for kind in KINDS}
    assert all(one.at >= 3 and one.at + one.lasts <= 100 for one in strikes)
