"""The chaos run as `make chaos` makes it: our stack loses and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import both, table


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hundred_seconds_of_faults_lose_and_double_nothing(seed: int, tmp_path: Path) -> None:
    outcomes = both(seed, 100, tmp_path, say=print)

    print(table(outcomes))
    ours = outcomes["xiangxin"].account
    assert ours.is_sound, ours.line()
    assert len(ours.accepted) == ours.attempted
