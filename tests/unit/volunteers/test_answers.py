"""What the doors of the ledger take and give: API.md's fields, and as the ledger stood when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from kernel.clock import FixedClock
from services.volunteers import schemas
from services.volunteers.usecases import App, balance_of, credit_hours, hours_of
from tests.unit.volunteers.builders import at, told, visit
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("12:00"))


@pytest.fixture
def app(clock: FixedClock) -> App:
    """Ninety minutes at noon, corrected to sixty an hour later."""
    made = an_app(clock=clock)
    credit_hours(made, told(*visit("07:30", "09:00")))
    clock.advance(timedelta(hours=1))
    decide(made, a_ruling(minutes=60))
    return made


def dumped(schema: Schema, value: Any) -> dict[str, Any]:
    answer: dict[str, Any] = schema.dump(value)
    return answer


def test_c_16_hours_name_every_entry_and_what_it_reverses(app: App) -> None:
    answer = dumped(schemas.HoursAnswer(), hours_of(app, "p1"))
    assert (answer["minutes"], answer["hours"]) == (60, 1)
    by_number = {entry["number"]: entry for entry in answer["entries"]}
    assert [by_number[n]["minutes"] for n in (1, 2, 3)] == [90, -90, 60]
    assert by_number[2]["reverses"] == by_number[1]["entry_id"]
    assert {"entry_id", "session_id", "programme", "basis", "state"} <= by_number[1].keys()
    assert "actor" not in by_number[3] and "decision" not in by_number[3]


@pytest.mark.parametrize(("clock_", "minutes", "number"), [
    ("11:59", 0, 0), ("12:00", 90, 1), ("12:59", 90, 1), ("13:00", 60, 3),
])
def test_c_16_as_of_shows_the_ledger_as_it_stood(
    app: App, clock_: str, minutes: int, number: int
) -> None:
    asked = schemas.Asked().load({"as_of": f"2026-09-01T{clock_}:00+08:00"})
    assert hours_of(app, "p1", **asked).minutes == minutes
    answer = dumped(schemas.BalanceAnswer(), balance_of(app, "p1", **asked))
    assert (answer["minutes"], answer["number"]) == (minutes, number)


@pytest.mark.parametrize("wrong", ["2026-09-01T12:00:00", "yesterday", "0001-01-01T00:00:00Z"])
def test_as_of_wants_a_moment_of_our_time_with_an_offset(wrong: str) -> None:
    with pytest.raises(ValidationError) as fault:
        schemas.Asked().load({"as_of": wrong})
    assert set(fault.value.messages_dict) == {"as_of"}
