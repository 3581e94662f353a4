"""`xiangxin ledger verify` on a real database: exit 0, or 1 and where a byte was altered."""

from __future__ import annotations

import random

import pytest

from ops.__main__ import main
from services.volunteers.usecases import App, credit_hours
from tests.unit.volunteers.builders import told, visit


@pytest.fixture
def ledgers(app: App, monkeypatch: pytest.MonkeyPatch, mongodb_uri: str, database_name: str) -> App:
    """Twenty people with three entries each, and an environment that leads to them."""
    monkeypatch.setenv("MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("AMQP_URI", "amqp://nobody@127.0.0.1:1/")
    monkeypatch.setenv("DATABASE_PREFIX", database_name)
    for number in range(3):
        credit_hours(app, told(*(
            fact for who in range(20)
            for fact in visit("07:30", "09:00", id=f"s{number}", who=f"p{who}",
                              day=f"2026-09-{1 + number:02d}")
        )))
    return app


def test_c_16_untouched_ledgers_exit_0(
    ledgers: App, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledger", "verify"]) == 0
    assert "20 volunteers, 60 entries, 5400 minutes" in capsys.readouterr().out
    assert main(["ledger", "verify", "--person", "p7"]) == 0
    assert "1 volunteers, 3 entries, 270 minutes" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(6))
def test_c_16_one_altered_character_is_found_with_person_and_number(
    ledgers: App, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    chance = random.Random(seed)
    key = f"p{chance.randrange(20)}/{chance.randint(1, 3):08d}"
    entries = ledgers.transactions.database["entries"]
    kept = entries.find_one({"_id": key})
    assert kept
    texts = sorted(name for name, value in kept.items()
                   if name != "_id" and isinstance(value, str) and value)
    name = chance.choice(texts)
    place = chance.randrange(len(kept[name]))
    letter = "1" if kept[name][place] != "1" else "2"
    altered = kept[name][:place] + letter + kept[name][place + 1:]
    entries.update_one({"_id": key}, {"$set": {name: altered}})
    assert main(["ledger", "verify"]) == 1
    who, number = key.split("/")
    said = capsys.readouterr().out
    assert f"{who}: entry {int(number)}" in said, (name, said)
