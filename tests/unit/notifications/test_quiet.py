"""Quiet hours: what can wait is held and released spread over the morning (N-18, C-39)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel.clock import SHANGHAI, FixedClock
from services.notifications.domain.notice import Rules
from services.notifications.domain.quiet import leaves_at
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    confirmed,
    contact,
    credited,
    memory_app,
    moved,
    reminder,
    session,
    states,
    told,
)
from tests.unit.notifications.test_message import message

MORNING = "2026-09-02T08:00:00"
SPREAD = Rules().quiet_spread


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def reminders(clock: FixedClock, provider: Told, *, count: int = 1) -> App:
    """So many people are to be reminded of an evening the day after tomorrow, as of now."""
    app = memory_app(provider, clock)
    evening = session(at("2026-09-03T19:00:00") - NOW)
    for number in range(count):
        keep_contacts(app, [told(contact(f"p{number}"))])
        write_messages(app, [told(reminder(f"r{number}", f"p{number}", where=evening), 2)])
    return app


@pytest.mark.parametrize(("now", "state"), [
    ("2026-09-01T20:59:59", "submitted"), ("2026-09-01T21:00:00", "held"),
    ("2026-09-02T07:59:59", "held"), (MORNING, "submitted"),
])
def test_n_18_the_quiet_hours_begin_and_end_to_the_second(now: str, state: str) -> None:
    app = reminders(FixedClock(at(now)), Told())
    send_due(app)
    assert states(app) == [("reminder", state)]


def test_n_18_a_held_message_says_why_and_until_when() -> None:
    app = reminders(FixedClock(at("2026-09-01T21:00:00")), Told())
    [kept] = app.transactions.database["messages"].find()
    assert (kept["state"], kept["reason"]) == ("held", "quiet_hours")
    assert at(MORNING) <= kept["look_at"] <= at(MORNING) + SPREAD


def test_n_18_the_night_is_released_over_a_window_and_not_in_one_second() -> None:
    clock = FixedClock(at("2026-09-01T23:00:00"))
    app = reminders(clock, provider := Told(), count=60)
    clock.advance(at(MORNING) - clock())
    sent = []
    for _ in range(3):
        while send_due(app):
            pass
        sent.append(len(provider.given))
        clock.advance(SPREAD / 2)
    assert 0 <= sent[0] <= 6 and 15 <= sent[1] <= 45 and sent[2] == 60


def test_n_18_what_is_urgent_leaves_at_night() -> None:
    app = memory_app(provider := Told(), FixedClock(at("2026-09-01T23:30:00")))
    keep_contacts(app, [told(contact())])
    tomorrow = session(at("2026-09-02T09:00:00") - NOW)
    write_messages(app, [told(confirmed(where=tomorrow), 1)])
    send_due(app)
    write_messages(app, [told(cancelled(where=tomorrow), 2)])
    send_due(app)
    assert states(app) == [("confirmed", "submitted"), ("cancelled", "submitted")]
    assert len(provider.given) == 2


def test_n_18_what_was_held_is_weighed_again_when_it_is_released() -> None:
    clock = FixedClock(at("2026-09-01T23:00:00"))
    app = reminders(clock, provider := Told())
    write_messages(app, [told(moved(timedelta(days=9), "r0", "p0"), 3)])
    app.transactions.database["messages"].update_one(
        {"purpose": "reminder"}, {"$set": {"state": "held", "turn": 3, "look_at": NOW}})
    clock.advance(timedelta(hours=10))
    send_due(app)
    assert states(app)[0] == ("reminder", "suppressed")
    assert not any("提醒" in one.text for one in provider.given)


def test_n_18_hours_that_were_credited_at_night_wait_too() -> None:
    app = memory_app(clock=FixedClock(at("2026-09-01T22:00:00")))
    write_messages(app, [told(credited())])
    assert states(app) == [("hours_credited", "held")]


def test_n_18_what_is_of_use_only_till_shortly_after_the_night_leaves_in_time() -> None:
    night, deadline = at("2026-09-01T23:00:00"), at("2026-09-02T08:10:00")
    for number in range(50):
        one = message("queued", event_id=f"e{number}", purpose="reminder", deadline=deadline)
        assert at(MORNING) <= leaves_at(one, night, Rules()) <= at("2026-09-02T08:05:00")
