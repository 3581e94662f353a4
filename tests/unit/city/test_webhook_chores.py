"""What the caller does beside the calls: numbers of each receiver, and what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.metrics import REGISTRY
from services.city.domain.webhook import Attempt
from services.city.usecases import webhooking
from services.city.webhook_settings import WebhookSettings
from services.city.webhooks.chores import Chores
from tests.rig.calling import NAME, Office

URL = "http://127.0.0.1:9/"
DAY = timedelta(days=1)


def chores(office: Office, *, days: int = 30, kept: int = 100) -> Chores:
    settings = WebhookSettings(amqp_uri="amqp://nobody@127.0.0.1:1/", mongodb_uri="mongodb://x/",
                               vault_key={}, webhook_calls_days=days, webhook_calls_kept=kept)
    return Chores(settings, office.store, clock=office.clock)


def number(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"xiangxin_webhook_{name}", {"subscriber": NAME})


def attempt(office: Office, number: int, **changed: object) -> Attempt:
    made = Attempt(call_id=f"c{number}", name=NAME, kind="fact", id=f"i{number}", key="k",
                   position=number, url=URL, headers={}, at=office.clock() - number * DAY,
                   took=0.1, outcome="delivered")
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.fixture
def office() -> Office:
    made = Office()
    made.set(URL)
    return made


def test_numbers_say_how_far_a_receiver_is_and_how_long_the_oldest_waits(office: Office) -> None:
    office.publish("a", "b")
    office.store.calls.add(NAME, [attempt(office, 0, outcome="failed"),
                                  attempt(office, 1), attempt(office, 2)])
    office.clock.advance(timedelta(minutes=10))
    told = chores(office)

    told.measure()

    assert (number("behind"), number("oldest_seconds")) == (2, 600)
    assert (number("failure_ratio"), number("paused")) == (1.0, 0)
    webhooking.pause(office.app, NAME, "test")
    told.measure()
    assert number("paused") == 1
    webhooking.remove(office.app, NAME)
    told.measure()
    assert [number(each) for each in ("behind", "oldest_seconds", "paused")] == [0, 0, 0]


def test_the_ratio_is_that_of_the_last_hour_and_the_last_call_that_of_ever(office: Office) -> None:
    told = chores(office)
    told.measure()
    assert (number("failure_ratio"), number("last_call_timestamp_seconds")) == (0, 0)
    ends = ("failed", "given_up", "delivered", "delivered")
    office.store.calls.add(NAME, [attempt(office, 0, call_id=f"n{place}", outcome=end)
                                  for place, end in enumerate(ends)])
    last = office.clock().timestamp()

    told.measure()
    assert number("failure_ratio") == 0.5
    office.clock.advance(timedelta(minutes=90))
    told.measure()

    assert number("failure_ratio") == 0
    assert number("last_call_timestamp_seconds") == pytest.approx(last, abs=0.001)


def test_counts_of_a_day_ago_are_forgotten(office: Office) -> None:
    office.store.calls.add(NAME, [attempt(office, 0), attempt(office, 3)])
    three_days = office.clock() - 4 * DAY
    assert office.store.calls.counts(NAME, three_days).all == 2

    chores(office).tidy()

    assert office.store.calls.counts(NAME, three_days).all == 1


def test_calls_are_forgotten_by_age_and_by_number(office: Office) -> None:
    office.store.calls.add(NAME, [attempt(office, each) for each in range(20)])

    chores(office, days=10).tidy()
    assert len(office.calls()) == 11
    chores(office, kept=4).tidy()

    assert [each.call_id for each in office.calls()] == ["c0", "c1", "c2", "c3"]


def test_a_ping_that_nobody_made_is_not_made_a_day_later(office: Office) -> None:
    webhooking.ping(office.app, NAME)
    chores(office).tidy()
    assert office.store.orders.names() == {NAME}

    office.clock.advance(DAY)
    chores(office).tidy()

    assert office.store.orders.names() == set()
