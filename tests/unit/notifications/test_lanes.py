"""Lanes: who leaves before whom (N-17), and where each message waits to be looked at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import get_args

import pytest

from kernel.clock import FixedClock
from services.notifications.domain.lanes import (
    EXPRESS,
    IN_HAND,
    LANES,
    ORDINARY,
    PURPOSES,
    UNKNOWN,
    UNRECEIPTED,
    lane_of,
    turn_of,
)
from services.notifications.domain.message import Purpose, State
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    contact,
    memory_app,
    moved,
    reminder,
    told,
)
from tests.unit.notifications.test_message import message

DAY = timedelta(days=1)


def test_n_17_every_purpose_has_one_lane_and_cancellations_have_the_first() -> None:
    found = Counter(purpose for purposes in PURPOSES.values() for purpose in purposes)
    assert found == dict.fromkeys(get_args(Purpose), 1)
    order: list[Purpose] = ["cancelled", "promoted", "confirmed", "reminder", "hours_credited"]
    assert [lane_of(purpose) for purpose in order] == list(LANES[:5])
    assert EXPRESS + ORDINARY == LANES


@pytest.mark.parametrize(("state", "turn"), [
    ("queued", 3), ("held", 3), ("claimed", IN_HAND), ("sending", IN_HAND), ("unknown", UNKNOWN),
    ("submitted", UNRECEIPTED), ("delivered", None), ("suppressed", None),
])
def test_every_message_that_is_to_be_looked_at_has_its_turn(
    state: State, turn: int | None
) -> None:
    assert turn_of(message(state, purpose="reminder")) == turn
    assert turn_of(message(state, purpose="reminder", look_at=None)) is None


def crowded(provider: Told, reminders: int) -> App:
    """So many people are to be reminded, and then one sign-up is cancelled by the organiser."""
    app = memory_app(provider, FixedClock(NOW))
    keep_contacts(app, [told(contact(f"p{n}")) for n in range(reminders)])
    write_messages(app, [told(reminder(f"r{n}", f"p{n}")) for n in range(reminders)])
    write_messages(app, [told(cancelled("last", reason="session_cancelled"))])
    return app


def test_n_17_a_cancellation_leaves_with_the_first_batch_of_those_before_it() -> None:
    app = crowded(provider := Told(), 120)
    assert send_due(app) == app.pace.at_once
    assert sum("已由主办方取消" in one.text for one in provider.given) == 1


def test_n_17_what_cannot_wait_does_not_wait_for_a_slow_batch_of_others() -> None:
    """The express lanes are sent by a loop of their own."""
    app = crowded(provider := Told(), 30)
    assert send_due(app, EXPRESS) == 1
    assert ["已由主办方取消" in one.text for one in provider.given] == [True]
    while send_due(app, ORDINARY):
        pass
    assert len(provider.given) == 31


def test_n_17_what_was_looked_up_ahead_and_became_stale_meanwhile_does_not_leave() -> None:
    app = crowded(provider := Told(), 120)
    send_due(app, ORDINARY)
    write_messages(app, [told(moved(DAY * 9, f"r{n}", f"p{n}"), 2) for n in range(120)])
    while send_due(app, ORDINARY):
        pass
    assert sum("提醒" in one.text for one in provider.given) == app.pace.at_once
