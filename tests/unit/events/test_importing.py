"""A roster that comes in: everybody in their order, or nobody."""

from __future__ import annotations

from typing import Any

import pytest

from services.events.domain.broken import RosterRefused, SessionClosed, UnknownSession
from services.events.domain.person import Guardian, Newcomer
from services.events.domain.roster import RosterParty
from services.events.usecases.book import Caller
from services.events.usecases.importing import import_roster
from services.events.usecases.organising import cancel_session
from tests.unit.events.builders import STAFF, Town, newcomer, once


def a_roster(*sizes: int, first: int = 1) -> list[RosterParty]:
    """Parties of these sizes; persons are numbered on, and so are the lines, from 2."""
    parties, number = [], first
    for size in sizes:
        numbers = range(number, number + size)
        parties.append(RosterParty(lines=tuple(n + 1 for n in numbers),
                                   members=tuple(newcomer(n) for n in numbers)))
        number += size
    return parties


def kept(town: Town) -> int:
    return sum(town.database[name].count_documents({})
               for name in ("registrations", "people", "identities", "rolls", "answers", "line"))


def test_everybody_comes_in_in_the_order_of_the_sheet(town: Town) -> None:
    session_id = town.session(capacity=3)
    answer = import_roster(town.app, session_id, a_roster(1, 2, 1, 1), caller=STAFF)
    assert [(each["rows"], each["status"], each.get("position"))
            for each in answer["registered"]] == [
        ([2], "confirmed", None), ([3, 4], "confirmed", None),
        ([5], "waitlisted", 1), ([6], "waitlisted", 2),
    ]
    assert (answer["rows"], answer["parties"], answer["refused"]) == (5, 4, [])
    assert len(town.told("signup_confirmed")) == 2 and len(town.told("contact_recorded")) == 5
    assert town.pool(session_id).taken == 3


def test_one_refusal_keeps_everybody_out_and_names_every_line(town: Town) -> None:
    session_id = town.session(capacity=4, has_line=False)
    town.sign_up(session_id, 3)
    before = kept(town), len(town.told())
    with pytest.raises(RosterRefused) as caught:
        import_roster(town.app, session_id, a_roster(1, 2, 2, 1),
                      caller=Caller(staff=True, once=once("k")))
    assert caught.value.errors == {
        "row.4": ["已经报过这个场次"], "row.7": ["名额已满，这个活动不设候补"],
    }
    assert (kept(town), len(town.told())) == before
    assert town.pool(session_id).taken == 1


def test_who_is_refused_may_be_left_out(town: Town) -> None:
    session_id = town.session()
    town.sign_up(session_id, 2)
    answer = import_roster(town.app, session_id, a_roster(1, 1, 1), caller=STAFF,
                           skip_refused=True)
    assert [each["rows"] for each in answer["registered"]] == [[2], [4]]
    [refused] = answer["refused"]
    assert (refused["rows"], refused["rule"]) == ([3], "AlreadyRegistered")
    assert town.pool(session_id).taken == 3


def test_a_rehearsal_says_everything_and_keeps_nothing(town: Town) -> None:
    session_id = town.session(capacity=2)
    town.sign_up(session_id, 2)
    before = kept(town), len(town.told())
    key = Caller(staff=True, once=once("k"))
    answer = import_roster(town.app, session_id, a_roster(1, 1, 1), caller=key, dry_run=True)
    assert [each["status"] for each in answer["registered"]] == ["confirmed", "waitlisted"]
    assert [each["rows"] for each in answer["refused"]] == [[3]] and answer["dry_run"]
    assert (kept(town), len(town.told())) == before
    made = import_roster(town.app, session_id, a_roster(1, 1, 1), caller=key, skip_refused=True)
    assert not made["dry_run"] and len(made["registered"]) == 2


def test_the_same_key_imports_once(town: Town) -> None:
    session_id = town.session()
    key = Caller(staff=True, once=once("k"))
    first, again = (import_roster(town.app, session_id, a_roster(2, 1), caller=key)
                    for _ in range(2))
    assert first == again and town.pool(session_id).taken == 3


def test_a_seat_is_named_by_title_or_key(town: Town) -> None:
    seats: dict[str, Any] = {"seats": [{"key": "front", "title": "前排"},
                                       {"key": "back", "title": "后排"}]}
    starts_at = town.pool(town.session()).starts_at
    made = town.activity([{"starts_at": starts_at, "ends_at": starts_at.replace(hour=23),
                           "capacity": 9, **seats}])
    [session_id] = made["session_ids"]
    parties = [RosterParty(lines=(n,), members=(Newcomer(
        name=f"测试{n}", phone=f"1390000{n:04d}", seat=seat),))
        for n, seat in enumerate(["前排", "back", "包厢"], 2)]
    answer = import_roster(town.app, session_id, parties, caller=STAFF, skip_refused=True)
    kinds = [each.seats for each in town.app.store.registrations.active(session_id)]
    assert kinds == [("front",), ("back",)]
    assert [each["rule"] for each in answer["refused"]] == ["UnknownSeat"]


def test_children_of_a_roster_wait_for_their_guardians(town: Town) -> None:
    session_id = town.session()
    born = town.clock().date().replace(year=town.clock().year - 9)
    child = Newcomer(name="小测", phone="13900000001", birth_date=born,
                     guardian=Guardian(name="大测", phone="13900000001"))
    answer = import_roster(town.app, session_id, [RosterParty(lines=(2,), members=(child,))],
                           caller=STAFF)
    assert [each["status"] for each in answer["registered"]] == ["pending_consent"]
    assert len(town.told("consent_requested")) == 1


def test_a_session_that_is_over_takes_no_roster(town: Town) -> None:
    session_id = town.session()
    cancel_session(town.app, session_id, caller=STAFF)
    with pytest.raises(SessionClosed):
        import_roster(town.app, session_id, a_roster(1), caller=STAFF)
    with pytest.raises(UnknownSession):
        import_roster(town.app, "nothing", a_roster(1), caller=STAFF)
