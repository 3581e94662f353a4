"""Both outcomes of a request are told to the volunteer, nothing of why (C-18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.volunteers_corrections import CorrectionDecided
from services.notifications.domain.notice import Rules, not_before
from services.notifications.usecases.writing import write_messages
from tests.unit.notifications.builders import NOW, memory_app, session, states, told
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
