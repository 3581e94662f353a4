"""Whatever byte of a kept ledger is altered, verifying finds it and says where (C-16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kernel.clock import FixedClock
from services.volunteers.usecases import App, credit_hours
from services.volunteers.usecases.rooting import root_ledgers
from services.volunteers.usecases.verifying import verify
from tests.unit.volunteers.builders import at, came, closed, told, visit
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide, keys_told

Change = Callable[[Any], object]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("12:00"))


@pytest.fixture
def app(clock: FixedClock) -> App:
    """Four entries of p1 (one reversed), two of p2, and the root of that day."""
    made = an_app(clock=clock)
    credit_hours(made, told(*visit("07:30", "09:00")))
    decide(made, a_ruling(minutes=60))
    credit_hours(made, told(*visit("10:00", "11:00", id="s2"),
                            *visit("10:00", "11:00", id="s2", who="p2"),
                            came(at("07:40"), who="p2"), closed(who="p2")))
    clock.advance(timedelta(days=1))
    root_ledgers(made, clock)
    return made


def found(app: App, change: Change) -> list[str]:
    """What verifying says after the change to the database."""
    change(app.transactions.database)
    return [str(fault) for fault in verify(app).faults]


def entry(number: int, /, **fields: Any) -> Change:
    """Sets fields of an entry of p1."""
    return lambda db: db["entries"].update_one({"_id": f"p1/{number:08d}"}, {"$set": fields})


def test_an_untouched_ledger_has_no_faults(app: App) -> None:
    seen = verify(app)
    assert (seen.faults, seen.volunteers, seen.entries, seen.roots) == ([], 2, 6, 1)
    assert seen.minutes == 60 + 60 + 60


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (entry(1, minutes=91), "p1: entry 1, balance, minutes: was altered"),
        (entry(3, minutes=61), "p1: entry 3, balance, minutes: was altered"),
        (entry(4, evidence="registration/r2"), "p1: entry 4, evidence: was altered"),
        (entry(1, evidence="registration/r2"), "p1: entry 1: was altered"),
        (entry(2, because="scans"), "p1: entry 2: was altered"),
        (entry(2, reverses="another"), "p1: entry 2, reverses: was altered"),
        (entry(2, number=7), "p1: entry 2, number: was altered"),
        (entry(2, hash="0" * 64), "p1: entry 2, hash: was altered"),
        (entry(2, more=1), "p1: entry 2, more: was altered"),
        (entry(4, person_ref="p2"), "p1: entry 4, person_ref: was altered"),
        (lambda db: db["entries"].delete_one({"_id": "p1/00000002"}), "p1: entry 2: 1 missing"),
        (lambda db: db["entries"].delete_one({"_id": "p1/00000004"}), "p1: entry 4: 1 missing"),
        (lambda db: db["heads"].update_one({"_id": "p1"}, {"$set": {"minutes": 1}}),
         "p1: head, minutes: is not what the last entry says"),
        (lambda db: db["heads"].delete_one({"_id": "p1"}), "p1: head: missing"),
        (lambda db: db["entries"].delete_many({"_id": {"$gt": "p1/", "$lt": "p10"}}),
         "p1: head: says that there are entries: they are missing"),
        (lambda db: db["heads"].update_many({}, {"$set": {"attendances": {}}}),
         "p1: entry 3: is not counted"),
        (lambda db: db["roots"].update_one({}, {"$set": {"root": "f" * 64}}),
         "root of 2026-09-01: root: is not what the ledgers give"),
        (lambda db: db["roots"].update_one({}, {"$set": {"minutes": 1}}),
         "root of 2026-09-01: minutes: is not what the ledgers give"),
    ],
)
def test_c_16_what_was_altered_is_found_and_named(app: App, change: Change, said: str) -> None:
    assert any(line.startswith(said) for line in found(app, change)), found(app, lambda _: None)


def test_swapped_entries_are_found(app: App) -> None:
    entries = app.transactions.database["entries"]
    one, other = (entries.find_one({"_id": f"p1/0000000{n}"}) for n in (1, 2))
    assert one and other
    for key, row in ((one["_id"], other), (other["_id"], one)):
        entries.delete_one({"_id": key})
        entries.insert_one({**row, "_id": key})
    said = found(app, lambda _: None)
    assert said[0].startswith("p1: entry 1, number") and any("entry 2, number" in s for s in said)


def test_a_tail_that_was_cut_off_with_its_head_is_found_by_the_root(app: App) -> None:
    database = app.transactions.database
    kept = database["entries"].find_one({"_id": "p1/00000003"})
    assert kept
    database["entries"].delete_one({"_id": "p1/00000004"})
    database["heads"].update_one({"_id": "p1"}, {"$set": {
        "number": 3, "hash": kept["hash"], "minutes": kept["balance"],
        "entered_at": kept["entered_at"]}})
    said = found(app, lambda _: None)
    assert "root of 2026-09-01: root: is not what the ledgers give" in said


def test_one_person_can_be_verified_alone(app: App) -> None:
    entry(1, minutes=91)(app.transactions.database)
    assert verify(app, person_ref="p2").faults == []
    assert verify(app, person_ref="p1").faults


def test_a_root_is_told_once_per_local_day_whatever_is_missed(app: App, clock: FixedClock) -> None:
    assert root_ledgers(app, clock) == []
    clock.advance(timedelta(days=3))
    credit_hours(app, told(*visit("07:30", "09:00", id="s9")))
    roots = root_ledgers(app, clock)
    assert [root.day.day for root in roots] == [2, 3, 4]
    assert len({root.root for root in roots}) == 1, "what was entered since does not count"
    assert root_ledgers(app, clock) == []
    assert keys_told(app)["volunteers.ledger_rooted.v1"] == 4
    assert [root.previous_root for root in roots][1:] == [root.root for root in roots][:-1]
    assert verify(app).faults == []


def test_a_day_is_rooted_only_when_what_began_before_midnight_is_committed(app: App) -> None:
    just_after = FixedClock(at("00:09", "2026-09-03"))
    assert root_ledgers(app, just_after) == []
    just_after.advance(timedelta(minutes=2))
    assert [root.day.day for root in root_ledgers(app, just_after)] == [2]
