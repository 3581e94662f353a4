"""Approval: a word on the whole party, in time, with a reason; the place held or not meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.events.domain.broken import NotPending, PartialApproval
from services.events.usecases import changing
from tests.unit.events.builders import STAFF, STARTS, Town


def test_approval_gives_the_place_and_refusal_says_why(town: Town) -> None:
    session_id = town.session(mode="approval")
    first, second = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    assert first["status"] == "pending_approval"
    assert town.pool(session_id).taken == 0
    assert town.approve(first["registration_id"])["status"] == "confirmed"
    refused = town.refuse(second["registration_id"], "仅限本街道居民")
    assert (refused["status"], refused["reason"], refused["note"]) == (
        "lapsed", "approval_refused", "仅限本街道居民")
    assert "仅限" not in str([each.data for each in town.told("signup_lapsed")])


def test_a_pending_party_holds_its_place_where_the_activity_says_so(town: Town) -> None:
    session_id = town.session(capacity=1, mode="approval", pending_holds=True)
    first, second = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    assert [first["status"], second["status"]] == ["pending_approval", "waitlisted"]
    town.refuse(first["registration_id"])
    assert town.status(second) == "pending_approval"
    assert town.approve(second["registration_id"])["status"] == "confirmed"
    assert town.pool(session_id).taken == 1


def test_approval_of_one_who_finds_it_full_is_a_turn_in_line(town: Town) -> None:
    session_id = town.session(capacity=1, mode="approval")
    first, second = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    town.approve(first["registration_id"])
    assert town.approve(second["registration_id"])["status"] == "waitlisted"
    town.cancel(first["registration_id"])
    assert town.status(second) == "confirmed"


def test_a_party_is_approved_whole_or_not_at_all(town: Town) -> None:
    made = town.sign_up(town.session(mode="approval"), 1, 2)
    with pytest.raises(PartialApproval):
        changing.decide(town.app, made["registration_id"], decision="approve", note="",
                        persons=made["party"][:1], caller=STAFF)
    assert town.status(made) == "pending_approval"


def test_what_is_decided_is_not_decided_again(town: Town) -> None:
    made = town.sign_up(town.session(mode="approval"), 1)
    town.approve(made["registration_id"])
    with pytest.raises(NotPending):
        town.refuse(made["registration_id"])


def test_a_late_approver_is_named_once_and_can_still_decide(town: Town) -> None:
    made = town.sign_up(town.session(mode="approval", decide_hours=24), 1)
    town.later(hours=25)
    town.later(hours=25)
    [overdue] = town.told("approval_overdue")
    assert overdue.data["registration_id"] == made["registration_id"]
    assert town.approve(made["registration_id"])["status"] == "confirmed"


def test_what_nobody_decided_ends_when_the_session_starts(town: Town) -> None:
    made = town.sign_up(town.session(mode="approval"), 1)
    town.clock.advance(STARTS - town.clock())
    town.later(minutes=1)
    assert town.registration(made["registration_id"]).reason == "approval_expired"
    assert town.clock() < STARTS + timedelta(hours=1)
