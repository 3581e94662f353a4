"""Both outcomes of a request are told to the volunteer, once, nothing of why (C-18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.event import Fact
from contracts.volunteers_corrections import CorrectionDecided
from kernel.clock import FixedClock
from services.notifications.domain.notice import Rules, not_before
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    contact,
    corrected,
    credited,
    memory_app,
    session,
    states,
    told,
)
from tests.unit.notifications.builders import text_of as kept_text


def decision(outcome: Any, **changes: Any) -> CorrectionDecided:
    return CorrectionDecided(**{
        "correction_id": "c1", "person_ref": "p1", "session": session(-timedelta(days=30)),
        "kind": "correction", "outcome": outcome, "minutes": 60, "decided_at": NOW, **changes,
    })


def text_of(fact: CorrectionDecided) -> str:
    app = memory_app()
    write_messages(app, [told(fact)])
    [document] = app.transactions.database["messages"].find()
    return kept_text(app, document)


@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_c_18_both_outcomes_are_told_also_weeks_after_the_session(outcome: str) -> None:
    app = memory_app()
    write_messages(app, [told(decision(outcome))])
    assert states(app) == [(f"correction_{outcome}", "queued")]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (decision("approved"), "更正申请已通过，该场次现计60分钟"),
        (decision("refused", kind="missing", minutes=0), "补录申请没有通过，该场次仍计0分钟"),
    ],
)
def test_c_18_the_message_says_what_was_asked_and_what_counts(
    fact: CorrectionDecided, words: str
) -> None:
    assert words in text_of(fact)
    assert "青年之夜" in text_of(fact)


def test_a_confidential_session_is_not_named() -> None:
    where = session(-timedelta(days=1), confidential=True)
    assert "青年之夜" not in text_of(decision("approved", session=where))


def test_c_39_it_waits_for_the_morning() -> None:
    late = NOW.replace(hour=22)
    assert not_before("correction_refused", late, Rules()) == NOW.replace(hour=8) + timedelta(1)


def corrected_by_decision(**changes: Any) -> Fact:
    where = session(-timedelta(days=30))
    return replace(corrected(was=90, now=60, where=where), reason="decision", **changes)


def entered_by_decision() -> Fact:
    """A missing record that was approved: nothing counted before."""
    return replace(credited(where=session(-timedelta(days=30))), basis="supplement")


def heard_in_turn(*facts: Fact, pause: timedelta = timedelta(0)) -> tuple[App, Told]:
    app = memory_app(provider := Told(), clock := FixedClock(NOW))
    keep_contacts(app, [told(contact())])
    for fact in facts:
        write_messages(app, [told(fact)])
        send_due(app)
        clock.advance(pause)
    clock.advance(Rules().decision_wait)
    send_due(app)
    return app, provider


@pytest.mark.parametrize("hours", [corrected_by_decision(), entered_by_decision()])
@pytest.mark.parametrize("is_hours_first", [True, False])
def test_c_18_an_approved_request_is_told_once_in_whichever_order_it_is_heard(
    hours: Fact, is_hours_first: bool
) -> None:
    facts = [hours, decision("approved")]
    app, provider = heard_in_turn(*(facts if is_hours_first else reversed(facts)))
    [said] = [one.text for one in provider.given]
    assert "更正申请已通过，该场次现计60分钟" in said
    kept = app.transactions.database["messages"].find_one({"state": "suppressed"})
    assert kept and kept["reason"] == "said_with_decision"


def test_c_18_both_in_one_batch_are_told_once() -> None:
    app = memory_app()
    write_messages(app, [told(corrected_by_decision()), told(decision("approved"))])
    assert sorted(states(app)) == [("correction_approved", "queued"),
                                   ("hours_corrected", "suppressed")]


def test_c_16_a_change_that_nobody_asked_for_is_told_after_a_moment() -> None:
    _, provider = heard_in_turn(corrected_by_decision())
    [said] = [one.text for one in provider.given]
    assert "原计90分钟，现计60分钟" in said


def test_c_18_a_decision_that_comes_very_late_is_still_told() -> None:
    facts = [corrected_by_decision(), decision("approved")]
    _, provider = heard_in_turn(*facts, pause=timedelta(minutes=5))
    assert len(provider.given) == 1
    late = heard_in_turn(corrected_by_decision())[0]
    write_messages(late, [told(decision("approved"))])
    assert sorted(states(late)) == [("correction_approved", "queued"),
                                    ("hours_corrected", "submitted")]


def test_c_18_what_a_refused_request_or_another_session_changed_is_not_mixed_up() -> None:
    elsewhere = replace(session(-timedelta(days=30)), session_id="s2")
    app = memory_app()
    write_messages(app, [told(decision("refused")), told(decision("approved", session=elsewhere)),
                         told(corrected_by_decision())])
    assert ("hours_corrected", "held") in states(app)
