"""The ledger for others: every entry exactly once, chains that can be checked, sums by basis."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kernel.clock import FixedClock
from kernel.digest import FIRST
from services.volunteers.domain import broken
from services.volunteers.domain.delta import Cursor, cursor_of
from services.volunteers.schemas.exports import EntriesAnswer
from services.volunteers.usecases import App, credit_hours, hours_of
from services.volunteers.usecases.exports import lines as sheets
from services.volunteers.usecases.exports.entries import entries_since
from services.volunteers.usecases.watching import watch_duties
from services.volunteers.web import ledger_tables
from tests.unit.volunteers.builders import at, confidential, session, told, visit
from tests.unit.volunteers.importing import brought, cells
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide
from tests.unit.volunteers.schedule import scheduled

LATER = timedelta(minutes=11)
DAY = date(2026, 9, 1)


class Receiver:
    """Another system that follows the ledger."""

    def __init__(self) -> None:
        self.since = ""
        self.entries: list[dict[str, Any]] = []

    def ask(self, app: App, limit: int = 3) -> bool:
        """Once; whether it has everything."""
        taken = entries_since(app, cursor_of(self.since), limit=limit)
        shown = EntriesAnswer().dump({"entries": taken.entries, "next": str(taken.next),
                                      "complete": taken.complete})
        self.entries += json.loads(json.dumps(shown["entries"]))
        self.since = shown["next"]
        return bool(shown["complete"])

    def check(self) -> None:
        """Every hash and every chain, from what was received alone."""
        ends: dict[str, tuple[int, str]] = {}
        for each in self.entries:
            text = json.dumps(each["content"], ensure_ascii=False, sort_keys=True,
                              separators=(",", ":"))
            assert hashlib.sha256(text.encode()).hexdigest() == each["hash"]
            number, before = ends.get(each["person_ref"], (0, FIRST))
            assert (each["number"], each["previous"]) == (number + 1, before)
            ends[each["person_ref"]] = each["number"], each["hash"]


def kept(app: App, people: int) -> Counter[str]:
    return Counter(entry.entry_id for who in range(people)
                   for entry in hours_of(app, f"p{who}").entries)


def test_c_16_whoever_follows_gets_each_entry_once_whatever_is_entered_between() -> None:
    clock, chance = FixedClock(at("12:00")), random.Random(16)
    app, receiver = an_app(clock=clock), Receiver()
    for turn in range(40):
        who = f"p{chance.randrange(5)}"
        where = session(id=f"s{chance.randrange(4)}")
        decide(app, a_ruling(where, id=f"r{turn:02}", who=who, minutes=chance.randrange(1, 90),
                             decided=at("11:00") + timedelta(minutes=turn)))
        clock.advance(timedelta(minutes=chance.randrange(8)))
        if chance.random() < 0.6:
            receiver.ask(app, limit=chance.randrange(1, 4))
    clock.advance(LATER)
    for _ in range(3):  # the round that runs, the next one, and one in which nothing is new
        while not receiver.ask(app):
            pass
    assert Counter(each["entry_id"] for each in receiver.entries) == kept(app, 5)
    receiver.check()


def test_what_was_entered_just_now_waits_for_those_who_began_before() -> None:
    clock = FixedClock(at("12:00"))
    app, receiver = an_app(clock=clock), Receiver()
    decide(app, a_ruling(minutes=60))
    assert receiver.ask(app) and receiver.entries == []
    clock.advance(LATER)
    assert receiver.ask(app) and len(receiver.entries) == 1


def test_the_same_cursor_again_gives_the_same_entries() -> None:
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    for who in ("p0", "p1", "p2"):
        decide(app, a_ruling(who=who, minutes=60))
    clock.advance(LATER)
    first = entries_since(app, Cursor(), limit=2)
    decide(app, a_ruling(id="r9", who="p2", minutes=30, decided=at("11:59")))
    again = [entries_since(app, cursor_of(str(first.next)), limit=2).entries for _ in range(2)]
    assert again[0] == again[1] and [each.person_ref for each in again[0]] == ["p2"]


@pytest.mark.parametrize("text", ["x", "2026-09-01", "2026-13-01T00:00:00.000Z~", "~p1~3", "{}"])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(broken.UnknownCursor):
        cursor_of(text)


def test_a_cursor_is_read_back_whatever_the_reference_is() -> None:
    now: datetime = at("12:00")
    for cursor in (Cursor(), Cursor(since=now), Cursor(since=now, until=now, person_ref="a~b/ 志",
                                                       number=7)):
        assert cursor_of(str(cursor)) == cursor


def office() -> App:
    """One scanned, one confirmed, one imported line, one of another programme."""
    app = replace(an_app(), clock=lambda: at("12:00", "2026-09-02"))
    dawn = replace(session("05:00", "06:00", id="s2"), programme="dawn")
    watch_duties(app, told(scheduled(session()), scheduled(dawn)))
    credit_hours(app, told(*visit("07:30", "09:00", who="p1")))
    decide(app, a_ruling(who="p2", minutes=30), a_ruling(dawn, id="r3", who="p3", minutes=60))
    brought(app, cells())
    return app


def test_c_04_sums_are_split_by_what_they_rest_on_and_c_45_they_add_up() -> None:
    found = sheets.counting(office(), date(2021, 1, 1), date(2021, 12, 31))
    assert [(each.person_ref, each.line.basis) for each in found] == [("p1", "import")]
    found = sheets.counting(office(), DAY, DAY)
    assert {name: dict(each) for name, each in sheets.by_basis(found).items()} == {
        "road-angels": {"scan": 90, "organiser": 30}, "dawn": {"organiser": 60}}
    [road] = [row for row in ledger_tables.sums(found).rows if row[0] == "road-angels"]
    assert list(road) == ["road-angels", 120, "2", 90, 0, 30, 0, 0]
    only = sheets.counting(office(), DAY, DAY, programme="dawn")
    assert [row[6] for row in ledger_tables.lines(only).rows] == ["p3"]


def test_c_30_a_confidential_session_is_not_named() -> None:
    app, hidden = office(), confidential(session("10:00", "11:00", id="s7"))
    watch_duties(app, told(scheduled(hidden)))
    decide(app, a_ruling(hidden, id="r7", who="p7", minutes=60))
    [row] = [row for row in ledger_tables.lines(sheets.counting(app, DAY, DAY)).rows
             if row[6] == "p7"]
    assert row[2] == "（保密活动）"


def test_an_export_of_lines_is_bounded() -> None:
    with pytest.raises(broken.PeriodTooLong):
        sheets.counting(office(), date(2020, 1, 1), DAY)
    with pytest.raises(broken.TooManyLines):
        sheets.counting(office(), DAY, DAY, most=2)
