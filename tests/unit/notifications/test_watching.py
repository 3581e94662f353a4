"""The account of messages and what is watched of them: N-25, N-26."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.clock import FixedClock
from kernel.metrics import REGISTRY
from services.notifications.domain.balance import PARTS, Part, balance
from services.notifications.domain.limits import Limits, Window
from services.notifications.domain.message import ORDER
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.report import Report
from services.notifications.providers.base import Outgoing
from services.notifications.usecases.application import App
from services.notifications.usecases.receiving import receive
from services.notifications.usecases.reconciling import sweep
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.watching import account, watch
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    confirmed,
    contact,
    memory_app,
    reminder,
    states,
    told,
)

HOUR = timedelta(hours=1)


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"xiangxin_{name}", labels)


def test_n_26_every_state_has_its_part_of_the_account() -> None:
    assert set(PARTS) == set(ORDER)
    assert set(PARTS.values()) == set(get_args(Part))


def people(provider: Told, count: int, clock: FixedClock | None = None) -> App:
    """So many people signed up and are confirmed; nothing was sent yet."""
    app = memory_app(provider, clock)
    for number in range(count):
        keep_contacts(app, [told(contact(f"p{number}"))])
        write_messages(app, [told(confirmed(f"r{number}", f"p{number}"))])
    return app


OUTCOMES: list[Outcome] = [
    Accepted(), Accepted(delivered=True), NoAnswer("ReadTimeout"), NotReached("ConnectError"),
    Refused("400", "give_up"), Refused("503", "later"),
]


def steps(app: App, provider: Told, clock: FixedClock) -> list[Callable[[int], object]]:
    """What may happen to messages, each with a number that says to which."""
    return [
        lambda n: write_messages(app, [told(confirmed(f"r{n}", f"p{n % 5}"), 1)]),
        lambda n: write_messages(app, [told(reminder(f"r{n}", f"p{n % 5}"), 2)]),
        lambda n: write_messages(app, [told(cancelled(f"r{n}"), 3)]),
        lambda _: send_due(app),
        lambda _: sweep(app),
        lambda n: clock.advance(timedelta(minutes=n * n)),
        lambda n: delivered(app, provider.given[-n:]),
    ]


def delivered(app: App, given: list[Outgoing]) -> None:
    for one in given:
        receive(app, "told", Report(state="delivered", attempt_id=one.attempt_id))


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 20)), max_size=25),
       st.lists(st.sampled_from(OUTCOMES), max_size=12))
def test_n_26_the_account_holds_after_every_step(
    script: list[tuple[int, int]], outcomes: list[Outcome]
) -> None:
    clock = FixedClock(NOW)
    provider = Told(outcomes=outcomes)
    app = replace(memory_app(provider, clock), limits=Limits(windows=(Window(4, HOUR),)))
    keep_contacts(app, [told(contact(f"p{n}", f"1390000000{n}")) for n in range(4)])
    for step, number in script:
        steps(app, provider, clock)[step](number)
        found = account(app)
        assert found.is_sound, found.line()


def lose(app: App) -> None:
    app.transactions.database["messages"].delete_one({})


def double(app: App) -> None:
    found = app.transactions.database["messages"].find_one()
    assert found
    app.transactions.database["messages"].insert_one({**found, "_id": "again"})


def forget(app: App) -> None:
    app.transactions.database["messages"].update_one({}, {"$unset": {"turn": "", "look_at": ""}})


@pytest.mark.parametrize("harm", [lose, double, forget])
def test_n_26_the_account_shows_what_is_lost_doubled_or_forgotten(
    harm: Callable[[App], None]
) -> None:
    app = people(Told(), 3)
    assert watch(app).is_sound
    assert shown("messages_unaccounted") == 0
    harm(app)
    assert not watch(app).is_sound
    assert shown("messages_unaccounted") == 1


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_n_26_what_nobody_would_look_at_again_is_taken_up(state: str) -> None:
    """A queued one leaves; of one in a call nobody knows, so it is asked about and not sent."""
    app = people(provider := Told(), 1, clock := FixedClock(NOW))
    app.transactions.database["messages"].update_one(
        {}, {"$set": {"state": state}, "$unset": {"turn": "", "look_at": ""}})
    assert [watch(app).astray, watch(app).astray] == [1, 0]
    clock.advance(timedelta(seconds=1))
    sweep(app)
    send_due(app)
    assert len(provider.given) == (state == "queued")
    assert states(app) == [("confirmed", "submitted" if state == "queued" else "unknown")]


def test_n_26_old_messages_leave_the_account_together_with_their_tallies() -> None:
    app = people(Told(), 3, clock := FixedClock(NOW))
    while send_due(app):
        pass
    clock.advance(timedelta(days=20))
    found = watch(app)
    assert (found.accepted, found.is_sound) == (0, True)
    assert app.transactions.database["tallies"].count_documents({}) == 0
    assert balance(0, []).is_sound


def test_n_25_what_waits_is_shown_by_lane_with_how_late_it_is() -> None:
    app = people(Told(), 3, clock := FixedClock(NOW))
    clock.advance(timedelta(minutes=2))
    watch(app)
    assert shown("messages_waiting", lane="confirmed") == 3
    assert shown("messages_late_seconds", lane="confirmed") == 120
    assert shown("messages_waiting", lane="cancelled") == 0
    while send_due(app):
        pass
    watch(app)
    assert shown("messages_waiting", lane="confirmed") == 0
    assert shown("messages_late_seconds", lane="confirmed") == 0


def test_n_25_held_messages_are_shown_with_their_age_and_providers_while_nothing_is_sent() -> None:
    app = people(Told(), 2, clock := FixedClock(NOW))
    clock.advance(HOUR)
    watch(app)
    assert shown("messages_open_seconds", state="held") == 0
    held = {"$set": {"state": "held", "look_at": NOW + 9 * HOUR}}
    app.transactions.database["messages"].update_one({}, held)
    watch(app)
    assert shown("messages_open_seconds", state="held") == 3600
    assert (shown("sms_share", provider="told"), shown("sms_weight", provider="told")) == (1, 1)


def test_n_25_unknown_calls_and_missing_receipts_are_shown_with_their_age() -> None:
    clock = FixedClock(NOW)
    app = people(provider := Told(outcomes=[NoAnswer("ReadTimeout")]), 4, clock)
    while send_due(app):
        pass
    receive(app, "told", Report(state="delivered", attempt_id=provider.given[1].attempt_id))
    clock.advance(timedelta(minutes=15))
    watch(app)
    assert shown("messages_now", part="unknown") == 1
    assert shown("messages_open_seconds", state="unknown") == 900
    assert shown("messages_open_seconds", state="submitted") == 900
    assert shown("receipts_missing_ratio", provider="told") == 0.75


def test_n_25_receipts_segments_templates_and_what_was_kept_back_are_counted() -> None:
    names = (("receipt_seconds_count", {"provider": "told"}),
             ("receipt_seconds_sum", {"provider": "told"}),
             ("sms_segments_total", {"purpose": "confirmed"}),
             ("messages_by_template_total", {"template": "confirmed", "state": "failed"}),
             ("messages_kept_back_total",
              {"purpose": "confirmed", "state": "suppressed", "reason": "superseded"}))
    before = [shown(name, **labels) or 0 for name, labels in names]
    clock = FixedClock(NOW)
    provider = Told(outcomes=[Accepted(), Refused("400", "give_up")])
    app = people(provider, 3, clock)
    write_messages(app, [told(cancelled("r1"), 2)])
    while send_due(app):
        pass
    clock.advance(timedelta(seconds=40))
    receive(app, "told", Report(state="delivered", attempt_id=provider.given[0].attempt_id))
    moved = [(shown(name, **labels) or 0) - was
             for (name, labels), was in zip(names, before, strict=True)]
    assert moved[0] == 2 and moved[1] >= 40  # a refusal ends a call as a receipt does
    assert moved[2] >= 1 and moved[3:] == [1, 1]
