"""Offers: a freed place is kept for the next in line, who decides in time or is passed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.events.domain.broken import AlreadyRegistered, Full, NotOpenYet, OfferExpired
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import STAFF, STARTS, Town, newcomer


def a_full_session(town: Town, waiting: int = 2, **order: Any) -> list[dict[str, Any]]:
    """One place, taken, and a line behind it; the registrations in order."""
    session_id = town.session(capacity=1, promotion="offer", **order)
    return [town.sign_up(session_id, number) for number in range(1 + waiting)]


def test_a_freed_place_is_offered_to_the_head_of_the_line(town: Town) -> None:
    first, second, third = a_full_session(town)
    town.cancel(first["registration_id"])
    [offer] = town.told("seat_offered")
    assert offer.data["registration_id"] == second["registration_id"]
    assert [town.status(second), town.status(third)] == ["offered", "waitlisted"]
    assert town.pool(second["session_id"]).taken == 1


def test_an_accepted_offer_is_a_place(town: Town) -> None:
    first, second, _ = a_full_session(town)
    town.cancel(first["registration_id"])
    assert town.accept(second["registration_id"])["status"] == "confirmed"
    assert town.accept(second["registration_id"])["status"] == "confirmed"
    assert len(town.told("signup_promoted")) == 1
    town.later(days=1)
    assert town.status(second) == "confirmed"


def test_a_declined_offer_goes_to_the_next(town: Town) -> None:
    first, second, third = a_full_session(town)
    town.cancel(first["registration_id"])
    town.decline(second["registration_id"])
    town.decline(second["registration_id"])
    assert [town.status(second), town.status(third)] == ["lapsed", "offered"]
    assert [each.data["reason"] for each in town.told("signup_lapsed")] == ["offer_declined"]


def test_an_offer_nobody_answers_passes_on_by_itself(town: Town) -> None:
    first, second, third = a_full_session(town)
    town.cancel(first["registration_id"])
    town.later(minutes=121)
    assert [town.status(second), town.status(third)] == ["lapsed", "offered"]
    with pytest.raises(OfferExpired):
        town.accept(second["registration_id"])


def test_an_offer_that_ran_out_is_refused_even_before_the_timer_came(town: Town) -> None:
    first, second, _ = a_full_session(town)
    town.cancel(first["registration_id"])
    town.clock.advance(timedelta(minutes=121))
    with pytest.raises(OfferExpired):
        town.accept(second["registration_id"])


def test_who_let_an_offer_pass_may_join_again_at_the_back(town: Town) -> None:
    first, second, third = a_full_session(town)
    town.cancel(first["registration_id"])
    town.decline(second["registration_id"])
    again = town.sign_up(second["session_id"], 1)
    assert (again["status"], again["position"]) == ("waitlisted", 1)
    with pytest.raises(AlreadyRegistered):
        town.sign_up(second["session_id"], 1)
    town.decline(third["registration_id"])
    assert town.status(again) == "offered"


def test_nobody_is_woken_and_the_place_is_kept_until_morning(town: Town) -> None:
    first, second, _ = a_full_session(town)
    town.clock.advance(timedelta(hours=10))  # 22:00
    town.cancel(first["registration_id"])
    town.later(hours=9)  # 7:00
    assert town.told("seat_offered") == []
    assert town.sign_up(second["session_id"], 9)["status"] == "waitlisted"
    town.later(hours=1, minutes=1)
    [offer] = town.told("seat_offered")
    assert offer.data["registration_id"] == second["registration_id"]


def test_at_the_cut_off_the_line_ends_and_is_told_so(town: Town) -> None:
    first, second, third = a_full_session(town)
    town.clock.advance(STARTS - timedelta(hours=2) - town.clock())
    town.later(minutes=1)
    assert [town.status(second), town.status(third)] == ["lapsed", "lapsed"]
    assert {each.data["reason"] for each in town.told("signup_lapsed")} == {"line_closed"}
    with pytest.raises(Full):
        town.sign_up(second["session_id"], 8)
    town.cancel(first["registration_id"])
    assert town.sign_up(second["session_id"], 9)["status"] == "confirmed"


def test_an_offer_open_at_the_cut_off_ends_with_it(town: Town) -> None:
    first, second, _ = a_full_session(town)
    town.clock.advance(STARTS - timedelta(hours=3) - town.clock())
    town.cancel(first["registration_id"])
    closes_at = town.pool(second["session_id"]).line_closes_at
    assert town.registration(second["registration_id"]).until == closes_at
    town.later(hours=1, minutes=1)
    assert town.pool(second["session_id"]).taken == 0


def test_priority_stands_before_who_came_first(town: Town) -> None:
    first, second, _ = a_full_session(town)
    hurried = sign_up(town.app, first["session_id"], [newcomer(7)], caller=STAFF, priority=3)
    assert hurried["position"] == 1
    town.cancel(first["registration_id"])
    assert town.status(hurried) == "offered"
    assert town.status(second) == "waitlisted"


def test_before_sign_up_opens_nobody_waits(town: Town) -> None:
    session_id = town.session(opens_at=town.clock() + timedelta(hours=1))
    with pytest.raises(NotOpenYet):
        town.sign_up(session_id, 1)
