"""The model of sign-up against the real database: the same invariants after every step."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from secrets import token_hex

import pytest
from pymongo import MongoClient

from kernel.clock import system_clock
from kernel.mongo import SAFE
from tests.unit.events.builders import Town
from tests.unit.events.line_model import SignUpDesk
from tests.unit.events.test_line_machine import run


def machine(mongodb_uri: str) -> type[SignUpDesk]:
    """The model with a new database for each run, at noon of tomorrow."""

    class OnDatabase(SignUpDesk):
        def open_town(self) -> Town:
            self.client: MongoClient[dict[str, object]] = MongoClient(mongodb_uri, tz_aware=True)
            self.name = f"test_{token_hex(6)}"
            noon = datetime.combine(system_clock().date() + timedelta(days=1), time(4), UTC)
            return Town.on(self.client.get_database(self.name, write_concern=SAFE), now=noon)

        def close_town(self) -> None:
            self.client.drop_database(self.name)
            self.client.close()

    return OnDatabase


@pytest.mark.slow
def test_every_invariant_holds_on_the_real_database(mongodb_uri: str) -> None:
    run(machine(mongodb_uri), runs=12, steps=15)


@pytest.mark.chaos
def test_every_invariant_holds_on_the_real_database_in_many_runs(mongodb_uri: str) -> None:
    run(machine(mongodb_uri), runs=300, steps=25)
