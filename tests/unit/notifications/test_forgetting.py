"""After their time texts, values and numbers without dealings are gone, counts stay (N-23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.vault import MemoryVault
from services.notifications.providers.console import Console
from services.notifications.store.phone import Phone
from services.notifications.usecases.application import App
from services.notifications.usecases.audience import know_audience
from services.notifications.usecases.forgetting import AT_ONCE, forget
from services.notifications.usecases.inbound import Inbound, look_up, take
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications import builders
from tests.unit.notifications.builders import NOW, app_on, told

NOTHING = {"texts": 0, "numbers": 0, "shown": 0, "audience": 0}
DAY = timedelta(days=1)


def in_a_month() -> tuple[App, FixedClock]:
    """The service by the demonstration phone; p1's session is over soon, p2's is far ahead, p3 has
    a message every now and then, and p4 never had one."""
    database, vault, clock = memory_database(), MemoryVault(), FixedClock(NOW)
    app = app_on(database, Console(Phone(database, vault), clock), clock=clock, vault=vault)
    for number, who in enumerate(("p1", "p2", "p3", "p4"), start=1):
        keep_contacts(app, [told(builders.contact(who, f"1390000000{number}"))])
    ahead = builders.session(60 * DAY)
    write_messages(app, [
        told(builders.confirmed("r1", "p1")), told(builders.confirmed("r2", "p2", where=ahead)),
        told(builders.confirmed("r3", "p3")),
    ])
    send_due(app)
    clock.advance(20 * DAY)
    write_messages(app, [told(builders.confirmed("r4", "p3", where=builders.session(21 * DAY)))])
    send_due(app)
    return app, clock


def numbers(app: App) -> set[str]:
    return set(app.store.contacts.numbers({"p1", "p2", "p3", "p4"}))


def kept(app: App) -> list[dict[str, Any]]:
    return list(app.transactions.database["messages"].find().sort("registration_id", 1))


def test_n_23_nothing_is_forgotten_before_its_time() -> None:
    app, clock = in_a_month()
    clock.advance(10 * DAY - timedelta(seconds=1))
    assert forget(app) == NOTHING
    assert len(numbers(app)) == 4


def test_n_23_texts_values_and_numbers_are_gone_and_counts_stay() -> None:
    app, clock = in_a_month()
    clock.advance(10 * DAY + timedelta(seconds=1))
    assert forget(app) == NOTHING | {"texts": 3, "numbers": 2, "shown": 3}
    assert numbers(app) == {"p2", "p3"}
    there = [("said" in one, "values_hash" in one) for one in kept(app)]
    assert there == [(False, False)] * 3 + [(True, True)]
    assert {one["state"] for one in kept(app)} == {"delivered"}
    assert all(one["segments"] and one["template"] for one in kept(app))
    assert forget(app) == NOTHING


def test_n_23_a_text_that_waits_is_kept_and_forgotten_once_it_rests() -> None:
    app, clock = in_a_month()
    write_messages(app, [told(builders.confirmed("r5", "p9", where=builders.session(70 * DAY)))])
    send_due(app)
    clock.advance(35 * DAY)
    forget(app)
    assert [one["registration_id"] for one in kept(app) if "said" in one] == ["r5"]
    clock.advance(20 * DAY)
    send_due(app)
    assert forget(app)["texts"] == 1


def test_n_23_how_long_is_a_setting_and_a_wish_outlives_the_number() -> None:
    app, clock = in_a_month()
    take(app, [Inbound(provider="kannel", sequence_id="1", number="13900000001", text="TD")])
    clock.advance(timedelta(hours=25))
    send_due(app)
    assert forget(replace(app, kept=timedelta(hours=1)))["numbers"] >= 2
    assert "p1" not in numbers(app)
    assert look_up(app, "13900000001")["out"] is True


def test_n_23_a_number_told_again_is_there_again() -> None:
    app, clock = in_a_month()
    clock.advance(11 * DAY)
    forget(app)
    keep_contacts(app, [told(builders.contact("p1", "13900000001"), 2)])
    assert "p1" in numbers(app)


def test_n_23_who_took_part_is_forgotten_some_time_after_the_session_and_no_other() -> None:
    clock = FixedClock(NOW)
    app = replace(builders.memory_app(clock=clock), audience_kept=100 * DAY)
    ahead = replace(builders.session(60 * DAY), session_id="s2")
    for number in range(AT_ONCE + 1):
        know_audience(app, [told(builders.confirmed(f"r{number}"))])
    know_audience(app, [told(builders.confirmed("later", where=ahead))])
    clock.advance(timedelta(days=102, hours=2))
    assert forget(app)["audience"] == 0
    clock.advance(timedelta(seconds=1))
    assert forget(app)["audience"] == AT_ONCE + 1
    assert [one.registration_id for one in app.store.audience.of_activity("a1")] == ["later"]
    assert list(app.store.sessions.of_activity("a1")) == ["s2"]
    know_audience(app, [told(builders.cancelled("r1"), 2)])
    assert forget(app)["audience"] == 1
