"""Moves, more or fewer places, cancellations, reminders: told once, never forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.events.domain.broken import (
    AlreadyAttended,
    BelowTaken,
    Clash,
    SessionClosed,
    UnknownPool,
    WouldNeverStart,
)
from services.events.usecases import due, organising
from services.events.usecases.registrations import find_registration
from services.events.usecases.scanning import Scan, scan
from tests.unit.events.builders import STAFF, STARTS, Town


def change(town: Town, session_id: str, **order: Any) -> dict[str, Any]:
    return organising.change_session(town.app, session_id, order, caller=STAFF)


LATER = {"starts_at": STARTS + timedelta(days=1), "ends_at": STARTS + timedelta(days=1, hours=2)}


def test_a_move_tells_everybody_once(town: Town) -> None:
    session_id = town.session(capacity=2)
    made = [town.sign_up(session_id, number) for number in range(3)]
    town.cancel(town.sign_up(session_id, 9)["registration_id"])
    for _ in range(2):
        change(town, session_id, **LATER)
    told = town.told("signup_moved")
    assert sorted(each.data["registration_id"] for each in told) == sorted(
        each["registration_id"] for each in made)
    assert told[0].data["session"]["starts_at"] > told[0].data["was_starts_at"]
    assert town.pool(session_id).revision == 1
    assert len(town.told("session_moved")) == 1


def test_after_a_move_the_sequence_of_facts_has_no_gap(town: Town) -> None:
    made = town.sign_up(town.session(), 1)
    change(town, made["session_id"], place="新地点")
    town.cancel(made["registration_id"])
    subject = f"registration/{made['registration_id']}"
    assert [each.sequence for each in town.told() if each.subject == subject] == [1, 2, 3]


def test_a_moved_session_counts_at_its_new_time(town: Town) -> None:
    made = town.sign_up(town.session(), 1)
    change(town, made["session_id"], **LATER)
    assert town.sign_up(town.session(starts_at=STARTS), 1)["status"] == "confirmed"
    with pytest.raises(Clash):
        town.sign_up(town.session(starts_at=LATER["starts_at"]), 1)


def test_more_places_go_to_the_line_first(town: Town) -> None:
    session_id = town.session(capacity=1)
    made = [town.sign_up(session_id, number) for number in range(3)]
    change(town, session_id, capacity=2)
    assert [town.status(each) for each in made] == ["confirmed", "confirmed", "waitlisted"]


def test_places_are_never_fewer_than_taken(town: Town) -> None:
    session_id = town.session(capacity=3)
    town.sign_up(session_id, 1, 2)
    with pytest.raises(BelowTaken):
        change(town, session_id, capacity=1)
    assert change(town, session_id, capacity=2)["revision"] == 0


def test_a_session_is_not_moved_into_the_past(town: Town) -> None:
    session_id = town.session()
    with pytest.raises(WouldNeverStart):
        change(town, session_id, starts_at=town.clock() - timedelta(hours=1))


def test_cancelling_tells_everybody_frees_them_and_stays_in_history(town: Town) -> None:
    session_id = town.session(capacity=1)
    made = [town.sign_up(session_id, number) for number in range(2)]
    for _ in range(2):
        organising.cancel_session(town.app, session_id, caller=STAFF)
    told = town.told("signup_cancelled")
    assert {each.data["reason"] for each in told} == {"session_cancelled"} and len(told) == 2
    assert len(town.told("session_cancelled")) == 1
    assert town.sign_up(town.session(starts_at=STARTS), 0)["status"] == "confirmed"
    assert find_registration(town.app, made[0]["registration_id"]).session.cancelled_at
    with pytest.raises(SessionClosed):
        town.sign_up(session_id, 5)


def test_cancelling_an_activity_cancels_every_session_still_to_come(town: Town) -> None:
    starts = [STARTS + timedelta(days=n) for n in range(3)]
    dates = [{"starts_at": each, "ends_at": each + timedelta(hours=1), "capacity": 5}
             for each in starts]
    made = town.activity(dates)
    organising.cancel_activity(town.app, made["activity_id"], caller=STAFF)
    assert all(town.pool(each).cancelled_at for each in made["session_ids"])


def test_reminders_are_told_once_a_day_and_two_hours_before(town: Town) -> None:
    session_id = town.session(capacity=2)
    made = [town.sign_up(session_id, number) for number in range(3)]
    for hours in (1, 143, 1, 21, 1, 1):
        town.later(hours=hours)
    told = [(each.data["before"], each.data["registration_id"])
            for each in town.told("reminder_due")]
    confirmed = [each["registration_id"] for each in made[:2]]
    assert told == [("24h", each) for each in confirmed] + [("2h", each) for each in confirmed]


def test_a_moved_session_is_reminded_of_at_its_new_time(town: Town) -> None:
    made = town.sign_up(town.session(), 1)
    change(town, made["session_id"], **LATER)
    town.later(days=6, hours=1)
    assert town.told("reminder_due") == []
    town.later(days=1)
    assert len(town.told("reminder_due")) == 1


def test_a_large_session_is_reminded_in_pieces_everybody_once(
        town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "REMINDED_TOGETHER", 3)
    session_id = town.session(capacity=20)
    made = {town.sign_up(session_id, number)["registration_id"] for number in range(10)}
    town.later(days=6, hours=1)
    told = [each.data["registration_id"] for each in town.told("reminder_due")]
    assert len(told) == 10 and set(told) == made


def test_a_shift_that_lacks_people_is_named_a_day_before(town: Town) -> None:
    session_id = town.session(programme="road-angels", min_crew=3)
    town.sign_up(session_id, 1, 2)
    town.later(days=6, hours=1)
    [short] = town.told("crew_short")
    assert (short.data["needed"], short.data["confirmed"]) == (3, 2)


def test_sign_up_ends_at_the_start_whatever_the_closing_time_says(town: Town) -> None:
    session_id = town.session(closes_at=STARTS + timedelta(days=30))
    town.later(days=7, minutes=1)
    with pytest.raises(SessionClosed):
        town.sign_up(session_id, 1)


def test_a_draw_moved_before_its_closing_time_is_held_before_the_start(town: Town) -> None:
    session_id = town.session(mode="draw", closes_at=STARTS - timedelta(hours=1))
    made = town.sign_up(session_id, 1)
    earlier = STARTS - timedelta(days=2)
    change(town, session_id, starts_at=earlier, ends_at=earlier + timedelta(hours=2))
    town.clock.advance(earlier - timedelta(minutes=5) - town.clock())
    town.later(minutes=1)
    assert town.status(made) == "confirmed"


def test_an_offer_and_an_approval_end_before_the_earlier_start(town: Town) -> None:
    session_id = town.session(capacity=1, promotion="offer", offer_minutes=7 * 1440)
    made = [town.sign_up(session_id, number) for number in range(2)]
    town.cancel(made[0]["registration_id"])
    waiting = town.sign_up(town.session(mode="approval", decide_hours=500), 5)
    earlier = {"starts_at": STARTS - timedelta(days=4), "ends_at": STARTS - timedelta(days=3)}
    for each in (session_id, waiting["session_id"]):
        change(town, each, **earlier)
    offered = town.registration(made[1]["registration_id"])
    assert offered.until == earlier["starts_at"] - timedelta(hours=2)
    assert town.registration(waiting["registration_id"]).until == earlier["starts_at"]


def test_an_unknown_pool_is_named(town: Town) -> None:
    with pytest.raises(UnknownPool) as refusal:
        change(town, town.session(), pools={"children": 3})
    assert list(refusal.value.errors) == ["pools.children"]


def test_a_session_that_people_came_to_is_closed_not_cancelled(town: Town) -> None:
    session_id = town.session(starts_at=town.clock() + timedelta(minutes=10))
    made = town.sign_up(session_id, 1)
    scan(town.app, Scan(session_id=session_id, registration_id=made["registration_id"],
                        direction="in", nonce="n"))
    with pytest.raises(AlreadyAttended):
        organising.cancel_session(town.app, session_id, caller=STAFF)
