"""Broadcasts through a real gateway: each person once, stopped half-way, killed half-way (N-1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from itertools import count

import pytest

from contracts.session import SessionRef
from kernel.clock import system_clock
from services.notifications.domain.consent import Inbound
from services.notifications.domain.notice import Rules
from services.notifications.usecases import showing
from services.notifications.usecases.application import App
from services.notifications.usecases.audience import know_audience
from services.notifications.usecases.broadcasting import approve, draft, stop
from services.notifications.usecases.carrying import carry_on
from services.notifications.usecases.inbound import take
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts
from tests.gateway import Gateway
from tests.integration.notifications.running import Service
from tests.unit.notifications import builders
from tests.unit.notifications.broadcasts import LI, WANG, order, scheduled
from tests.unit.notifications.builders import confirmed, contact, told
from tests.waiting import eventually

NEVER_QUIET = Rules(quiet_from=time(0), quiet_until=time(0))
FIRST = count(13900006000, 100)
SOON = 40.0  # seconds; a busy machine starts processes slowly
PEOPLE = [f"p{place:02}" for place in range(30)]
OUT, NO_NUMBER = "p03", "p29"


@pytest.fixture
def app(service: Service) -> App:
    """The service, at whatever hour the test runs."""
    return replace(service.app(), rules=NEVER_QUIET)


@pytest.fixture
def numbers(app: App) -> Iterator[dict[str, str]]:
    """Thirty people take part, two of them as one party, the last without a number; by person."""
    first, where = next(FIRST), tomorrow()
    party = confirmed("party", "p00", "p01", where=where)
    know_audience(app, [told(scheduled(where)), told(party)])
    know_audience(app, [told(confirmed(f"r-{who}", who, where=where)) for who in PEOPLE[2:]])
    known = {who: str(first + place) for place, who in enumerate(PEOPLE) if who != NO_NUMBER}
    keep_contacts(app, [told(contact(who, number)) for who, number in known.items()])
    yield known


def tomorrow() -> SessionRef:
    return builders.session(system_clock() + timedelta(days=1) - builders.NOW)


def approved(app: App) -> str:
    """A notice that li drafted and wang approved."""
    id = str(draft(app, order(text="《{活动}》集合地点改为{地点}东门"), by=LI)["broadcast_id"])
    approve(app, id, by=WANG)
    return id


def got(gateway: Gateway, numbers: dict[str, str]) -> dict[str, int]:
    """How many texts the operator got for each person."""
    return {who: len(gateway.arrived_at(number)) for who, number in numbers.items()}


def once_each(numbers: dict[str, str]) -> dict[str, int]:
    return {who: int(who != OUT) for who in numbers}


def send_all(app: App) -> None:
    while send_due(app):
        pass


def test_n_1_a_broadcast_to_thirty_reaches_each_once_and_nobody_who_opted_out(
    gateway: Gateway, app: App, numbers: dict[str, str]
) -> None:
    take(app, [Inbound(provider="kannel", sequence_id="1", number=numbers[OUT], text="TD")])
    send_all(app)
    eventually(lambda: gateway.arrived_at(numbers[OUT]), within=SOON)  # that it is heeded
    id = approved(app)
    carry_on(app)
    carry_on(app)
    send_all(app)
    wanted = {**once_each(numbers), OUT: 1}
    eventually(lambda: got(gateway, numbers) == wanted, within=SOON)
    assert showing.one_broadcast(app, id).messages == {
        "submitted": 28, "suppressed": 1, "queued": 1}  # who has no number waits for one
    [arrived] = gateway.arrived_at(numbers["p00"])
    assert arrived.text == "【向心】《青年之夜》集合地点改为文化广场东门"


def test_stopped_half_way_the_rest_is_suppressed(
    gateway: Gateway, app: App, numbers: dict[str, str]
) -> None:
    app = replace(app, pace=replace(app.pace, at_once=10))
    id = approved(app)
    carry_on(app)
    assert send_due(app) == 10
    stop(app, id, "地点写错了", by=LI)
    carry_on(app)
    send_all(app)
    eventually(lambda: sum(got(gateway, numbers).values()) >= 9, within=SOON)
    messages = showing.one_broadcast(app, id).messages
    assert messages["suppressed"] + messages["submitted"] == 30 and messages["suppressed"] >= 20
    assert sum(got(gateway, numbers).values()) == messages["submitted"]


def test_n_3_a_worker_killed_while_it_queues_leaves_it_exact(
    gateway: Gateway, service: Service, app: App, numbers: dict[str, str]
) -> None:
    id = approved(app)
    killed = service.worker(CRASH_AT="notifications.after_bite:2",
                            BROADCAST_AT_ONCE="10", QUIET_HOURS="00:00-00:00")
    assert killed.wait(SOON) == 137
    assert showing.one_broadcast(app, id).standing == "approved"
    assert sum(showing.one_broadcast(app, id).messages.values()) == 20
    carry_on(app)
    send_all(app)
    eventually(lambda: sum(got(gateway, numbers).values()) == 29, within=SOON)
    assert set(got(gateway, numbers).values()) == {1}
    assert sum(showing.one_broadcast(app, id).messages.values()) == 30
