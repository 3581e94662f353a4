"""Limits by telephone: N-16, across purposes, for families, and when the counts are away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Fact
from kernel.clock import FixedClock
from kernel.mongo import Unavailable
from kernel.vault import MemoryVault
from services.notifications.domain.lanes import EXPRESS, PURPOSES
from services.notifications.domain.limits import Limits, Sent, Window, free_at, noted
from services.notifications.domain.message import Purpose
from services.notifications.domain.outcome import NotReached
from services.notifications.store.telephones import Telephone, Telephones
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
    reminder,
    session,
    told,
)

HOUR = timedelta(hours=1)
USUAL = Limits.usual()
PHONE = "13900000001"
URGENT = sorted(purpose for lane in EXPRESS for purpose in PURPOSES[lane])


def got(*minutes_ago: float) -> list[Sent]:
    return [Sent(message_id=f"m{minutes}", at=NOW - timedelta(minutes=minutes), said=f"t{minutes}")
            for minutes in minutes_ago]


def free(sent: list[Sent], purpose: Purpose = "reminder", said: str = "new") -> datetime:
    wanted = Sent(message_id="wanted", at=NOW, said=said)
    return free_at(wanted, sent, purpose, USUAL)


def test_n_16_the_window_slides_and_keeps_a_place_for_what_cannot_wait() -> None:
    assert free(got(50, 40, 30)) == NOW
    assert free(got(50, 40, 30, 20)) == NOW + timedelta(minutes=10)
    assert free(got(50, 40, 30, 20), "cancelled") == NOW
    assert free(got(50, 40, 30, 20, 10), "cancelled") == NOW + timedelta(minutes=10)
    assert free(got(*range(100, 1000, 100))) == NOW + timedelta(minutes=1440 - 900)


def test_n_16_the_usual_limits_are_within_what_the_strictest_provider_grants() -> None:
    """Ten a day at Tencent, fifty at Aliyun, the same text once in half a minute: with these no
    provider answers that a telephone got too much."""
    assert any(one.count <= 10 and one.within >= 24 * HOUR for one in USUAL.windows)
    assert USUAL.same_text >= timedelta(seconds=30)


@pytest.mark.parametrize("purpose", URGENT)
def test_n_16_the_last_place_is_kept_for_what_cannot_wait(purpose: Purpose) -> None:
    assert free(got(50, 40, 30, 20), purpose) == NOW


def test_n_16_the_same_text_waits_half_a_minute() -> None:
    assert free(got(0.25), said="t0.25") == NOW + timedelta(seconds=15)
    assert free(got(0.5), said="t0.5") == NOW


def test_n_16_a_message_takes_one_place_however_often_it_is_tried() -> None:
    sent = got(50, 40, 30)
    for minutes in range(5):
        wanted = Sent(message_id="wanted", at=NOW + timedelta(minutes=minutes), said="new")
        assert free_at(wanted, sent, "reminder", USUAL) == wanted.at
        sent = noted(wanted, sent, USUAL)
    assert len(sent) == 4


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=60))
def test_n_16_no_window_ever_holds_more_than_it_may(steps: list[tuple[int, bool]]) -> None:
    limits = Limits(windows=(Window(3, HOUR), Window(5, HOUR * 6)))
    sent: list[Sent] = []
    times: list[datetime] = []
    now = NOW
    for number, (minutes, is_urgent) in enumerate(steps):
        now += timedelta(minutes=minutes)
        wanted = Sent(message_id=str(number), at=now, said=str(number))
        purpose: Purpose = "cancelled" if is_urgent else "reminder"
        at = free_at(wanted, sent, purpose, limits)
        if at <= now:
            sent = noted(wanted, sent, limits)
            times.append(now)
        else:
            assert free_at(replace(wanted, at=at), sent, purpose, limits) == at
    for end in times:
        for window in limits.windows:
            assert sum(end - window.within < each <= end for each in times) <= window.count


def app_with(facts: list[Fact], provider: Told, clock: FixedClock, *,
             limits: Limits = USUAL) -> App:
    """A family's messages, all for one telephone."""
    app = replace(memory_app(provider, clock), limits=limits)
    for who in ("p1", "p2", "p3"):
        keep_contacts(app, [told(contact(who, PHONE))])
    write_messages(app, [told(fact) for fact in facts])
    return app


def all_sent(app: App, provider: Told) -> int:
    while send_due(app):
        pass
    return len(provider.given)


def reminders(count: int, *, starts_in: timedelta = timedelta(days=2)) -> list[Fact]:
    return [reminder(f"r{n}", f"p{n % 3 + 1}", where=session(starts_in, title=f"活动{n}"))
            for n in range(count)]


def kept(app: App, state: str) -> list[tuple[str, datetime | None]]:
    found = app.transactions.database["messages"].find({"state": state}).sort("look_at", 1)
    return [(each["reason"], each.get("look_at")) for each in found]


def test_n_16_what_is_too_much_for_a_telephone_is_held_until_a_place_is_free() -> None:
    clock = FixedClock(NOW)
    app = app_with(reminders(6), provider := Told(), clock)
    assert all_sent(app, provider) == 4
    assert kept(app, "held") == [("limit", NOW + HOUR)] * 2
    clock.advance(HOUR)
    assert all_sent(app, provider) == 6


def test_n_16_a_cancellation_takes_the_place_that_reminders_may_not() -> None:
    app = app_with(reminders(6), provider := Told(), FixedClock(NOW))
    all_sent(app, provider)
    gone = cancelled("r0", where=session(title="活动0"), reason="session_cancelled")
    write_messages(app, [told(gone, 2)])
    assert all_sent(app, provider) == 5
    assert "取消" in provider.given[-1].text


def test_n_16_what_would_be_too_late_is_suppressed_as_limited() -> None:
    app = app_with(reminders(5, starts_in=timedelta(minutes=50)), provider := Told(),
                   FixedClock(NOW))
    assert all_sent(app, provider) == 4
    assert kept(app, "suppressed") == [("limited", None)]


def test_n_16_a_party_of_three_with_one_telephone_reads_the_text_once_in_half_a_minute() -> None:
    clock = FixedClock(NOW)
    app = app_with([confirmed("r1", "p1", "p2", "p3")], provider := Told(), clock)
    sent = []
    for _ in range(3):
        sent.append(all_sent(app, provider))
        clock.advance(timedelta(seconds=30))
    assert sent == [1, 2, 3]


def test_n_16_a_gateway_that_is_away_does_not_use_up_the_places() -> None:
    clock = FixedClock(NOW)
    provider = Told(outcomes=[NotReached("ConnectError")] * 6)
    app = app_with(reminders(1), provider, clock)
    for _ in range(8):
        send_due(app)
        clock.advance(timedelta(minutes=31))
    [telephone] = app.transactions.database["telephones"].find()
    assert len(telephone["sent"]) == 1
    assert PHONE not in str(telephone)


class Away(Telephones):
    """Counts that cannot be read."""

    def read(self, hashes: Collection[str]) -> dict[str, Telephone]:
        raise Unavailable("away")


def test_n_16_without_its_counts_a_reminder_waits_and_a_cancellation_leaves() -> None:
    clock = FixedClock(NOW)
    facts = [confirmed("r1"), reminder("r2")]
    app = app_with(facts, provider := Told(), clock)
    away = replace(app.store, telephones=Away(app.transactions.database, MemoryVault()))
    without = replace(app, store=away)
    all_sent(without, provider)
    write_messages(without, [told(cancelled("r1"), 2)])
    all_sent(without, provider)
    assert len(provider.given) == 2
    assert kept(app, "held") == [("limit_unknown", NOW + timedelta(minutes=1))]
    clock.advance(timedelta(minutes=1))
    assert all_sent(app, provider) == 3
