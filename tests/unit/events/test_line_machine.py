"""Whatever people do and in whatever order: never one place too many, nobody passed in line."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from services.events.store import line
from tests.unit.events.builders import Town
from tests.unit.events.line_model import SignUpDesk

RUNS = int(os.environ.get("MACHINE_RUNS", "40"))


class InMemory(SignUpDesk):
    """The model against the store in memory."""

    def open_town(self) -> Town:
        return Town.in_memory()


def run(machine: Any, *, runs: int, steps: int) -> None:
    """So many runs of so many steps; the line is counted in short stretches, so that it has some.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "STRETCH", 3)
        run_state_machine_as_test(machine, settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ))


@pytest.mark.slow
def test_every_invariant_holds_after_every_step() -> None:
    run(InMemory, runs=RUNS, steps=20)
