"""Reminders: not in the quiet hours, never after the start, looked at again before they leave."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel.clock import SHANGHAI, FixedClock
from services.notifications.domain.outcome import NotReached
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    confirmed,
    contact,
    memory_app,
    moved,
    reminder,
    session,
    states,
    told,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def reminded(clock: FixedClock, provider: Told, *, starts_at: datetime) -> App:
    """Somebody with a known number is to be reminded of a session, as of now."""
    app = memory_app(provider, clock)
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(reminder(where=session(starts_at - NOW)), 2)])
    return app


@pytest.mark.parametrize(("now", "starts_at", "state"), [
    ("2026-09-01T18:00", "2026-09-01T20:00", "submitted"),
    ("2026-09-01T21:30", "2026-09-02T21:30", "held"),
    ("2026-09-02T07:00", "2026-09-02T09:00", "held"),
    ("2026-09-02T05:30", "2026-09-02T07:30", "expired"),
    ("2026-09-02T06:00", "2026-09-02T08:00", "expired"),
])
def test_c_39_a_reminder_waits_for_the_morning_or_expires_if_that_is_too_late(
    now: str, starts_at: str, state: str
) -> None:
    app = reminded(FixedClock(at(now)), provider := Told(), starts_at=at(starts_at))
    send_due(app)
    assert states(app) == [("reminder", state)]
    assert len(provider.given) == (state == "submitted")


def test_one_that_waited_leaves_in_the_morning() -> None:
    clock = FixedClock(at("2026-09-01T22:00"))
    app = reminded(clock, provider := Told(), starts_at=at("2026-09-02T22:00"))
    clock.advance(timedelta(hours=9, minutes=59))
    assert send_due(app) == 0
    clock.advance(timedelta(minutes=31))
    assert send_due(app) == 1
    assert "9月2日（周三）22:00开始" in provider.given[0].text


@pytest.mark.parametrize("cause", ["retry", "number"])
def test_what_becomes_due_in_the_quiet_hours_is_held_again(cause: str) -> None:
    clock = FixedClock(at("2026-09-01T20:59:58"))
    provider = Told(outcomes=[NotReached("ConnectError")] if cause == "retry" else [])
    app = memory_app(provider, clock)
    write_messages(app, [told(reminder(where=session(timedelta(days=1))), 2)])
    if cause == "retry":
        keep_contacts(app, [told(contact())])
    send_due(app)
    tried = len(provider.given)
    clock.advance(timedelta(minutes=5))
    keep_contacts(app, [told(contact(), 2)])
    send_due(app)
    assert (len(provider.given), states(app)) == (tried, [("reminder", "held")])
    clock.advance(timedelta(hours=11, minutes=30))
    send_due(app)
    assert (len(provider.given), states(app)) == (tried + 1, [("reminder", "submitted")])


def test_n_8_a_reminder_not_sent_before_the_start_is_never_sent() -> None:
    clock = FixedClock(NOW)
    app = memory_app(provider := Told(), clock)
    write_messages(app, [told(reminder(where=session(timedelta(hours=2)), before="2h"))])
    clock.advance(timedelta(hours=2))
    keep_contacts(app, [told(contact())])
    send_due(app)
    assert (states(app), provider.given) == ([("reminder", "expired")], [])


@pytest.mark.parametrize("newer", [cancelled(), moved(timedelta(days=9))])
def test_n_15_a_reminder_held_for_the_night_is_looked_at_again(newer: object) -> None:
    clock = FixedClock(at("2026-09-01T22:00"))
    app = reminded(clock, provider := Told(), starts_at=at("2026-09-02T22:00"))
    write_messages(app, [told(newer, 3)])  # type: ignore[arg-type]
    clock.advance(timedelta(hours=10, minutes=30))
    send_due(app)
    assert not any("提醒" in one.text for one in provider.given)
    assert states(app)[0] == ("reminder", "suppressed")


def test_everybody_of_a_party_is_reminded_once_for_each_distance() -> None:
    app = memory_app(provider := Told())
    keep_contacts(app, [told(contact(who)) for who in ("p1", "p2")])
    write_messages(app, [told(confirmed("r1", "p1", "p2"), 1)])
    send_due(app)
    for sequence, before in ((2, "24h"), (3, "2h")):
        write_messages(app, [fact := told(reminder("r1", "p1", "p2", before=before), sequence)])
        write_messages(app, [fact])
        send_due(app)
    assert len(provider.given) == 6
    assert {state for _, state in states(app)} == {"submitted"}
