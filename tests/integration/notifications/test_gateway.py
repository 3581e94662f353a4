"""Through a real gateway: what is said arrives as it is, once, or is known not to have left."""

from __future__ import annotations

import random
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import requests

from contracts.session import SessionRef
from kernel.clock import FixedClock, system_clock
from kernel.envelope import Envelope
from services.notifications.domain.outcome import Accepted, Outcome, Refused
from services.notifications.domain.text import segments_by_units
from services.notifications.providers.base import Outgoing
from services.notifications.providers.kannel import Kannel, KannelAccess
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.gateway import PASSWORD, SENDER, USERNAME, Gateway
from tests.integration.notifications.running import Service
from tests.unit.notifications import builders
from tests.waiting import eventually

NUMBERS = count(13900001000)
SOON = 40.0  # seconds; a busy machine starts processes slowly


def number() -> str:
    """A number that no other test uses."""
    return str(next(NUMBERS))


def tomorrow() -> SessionRef:
    """A session that messages may still be about."""
    return builders.session(system_clock() + timedelta(days=1) - builders.NOW)


def signed_up(app: App, to: str) -> Envelope:
    """Somebody with this number signed up; nothing was sent yet."""
    keep_contacts(app, [builders.told(builders.contact(phone=to))])
    fact = builders.told(builders.confirmed(where=tomorrow()))
    write_messages(app, [fact])
    return fact


def message(app: App) -> dict[str, Any]:
    [document] = app.transactions.database["messages"].find({"purpose": "confirmed"})
    return document


def kannel(gateway: Gateway, **changes: Any) -> Kannel:
    access = {"url": gateway.send_url, "username": USERNAME, "password": PASSWORD,
              "sender": SENDER, "receipts_url": "http://127.0.0.1:9/", "receipts_secret": "x"}
    return Kannel(KannelAccess(**{**access, **changes}))


def send(provider: Kannel, to: str, text: str) -> Outcome:
    return provider.send(Outgoing(attempt_id=to, number=to, text=text))


@pytest.mark.parametrize("text", [
    "【向心】短", "【向心】a b+c%20&=\"'<>;", "【向心】" + "长" * 66, "【向心】" + "长" * 67,
    "【向心】" + "家" * 130 + "😀𠀀", "【向心】😀" + "𠀀" * 150, "【向心】" + "满" * 496,
])
def test_n_29_the_text_at_kannel_s_operator_equals_the_text_that_was_rendered(
    gateway: Gateway, text: str
) -> None:
    to = number()
    assert send(kannel(gateway), to, text) == Accepted()
    [arrived] = eventually(lambda: gateway.arrived_at(to))
    assert (arrived.text, arrived.segments) == (text, segments_by_units(text))


def test_n_22_random_texts_take_as_many_segments_as_the_gateway_makes(gateway: Gateway) -> None:
    draw = random.Random(22)
    texts = {number(): "【向心】" + "".join(draw.choices("字a 😀𠀀，é", k=draw.randint(1, 200)))
             for _ in range(60)}
    provider = kannel(gateway)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: send(provider, *one), texts.items()))
    eventually(lambda: all(map(gateway.arrived_at, texts)), within=SOON)
    for to, text in texts.items():
        [arrived] = gateway.arrived_at(to)
        assert (arrived.text, arrived.segments) == (text, segments_by_units(text))


def test_a_wrong_password_is_the_provider_s_fault_and_a_bad_number_the_message_s(
    gateway: Gateway,
) -> None:
    outcome = send(kannel(gateway, password="wrong"), number(), "【向心】短")
    assert outcome == Refused("authorization", "provider_down")
    assert send(kannel(gateway), "", "【向心】短") == Refused("http_400", "give_up")


def test_n_1_the_same_fact_a_hundred_times_from_four_workers_is_one_message(
    gateway: Gateway, service: Service
) -> None:
    app, to = service.app(), number()
    keep_contacts(app, [builders.told(builders.contact(phone=to))])
    fact = builders.told(builders.confirmed(where=tomorrow()))

    def work(_: int) -> None:
        mine = service.app()
        for _ in range(25):
            write_messages(mine, [fact])
            send_due(mine)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    eventually(lambda: gateway.arrived_at(to))
    assert message(app)["state"] == "submitted"
    assert len(gateway.arrived_at(to)) == 1


def test_n_14_cancelled_before_sending_sends_nothing(gateway: Gateway, service: Service) -> None:
    app, to = service.app(), number()
    signed_up(app, to)
    write_messages(app, [builders.told(builders.cancelled(where=tomorrow()), 2)])
    assert send_due(app) == 0
    send(kannel(gateway), after := number(), "【向心】之后的一条")
    eventually(lambda: gateway.arrived_at(after))
    assert gateway.arrived_at(to) == []


def test_n_28_without_a_broker_messages_leave_and_what_became_of_them_waits_to_be_told(
    gateway: Gateway, service: Service
) -> None:
    app, to = service.app(), number()
    service.doors()
    signed_up(app, to)
    service.worker()
    eventually(lambda: message(app)["state"] == "delivered", within=SOON)
    waiting = app.transactions.database["outbox"].find({"state": "pending"})
    assert {fact["key"] for row in waiting for fact in row["facts"]} >= {
        "notifications.message_submitted.v1", "notifications.message_delivered.v1"}
    assert len(gateway.arrived_at(to)) == 1


def test_n_5_a_refused_connection_is_tried_again_later(
    gateway: Gateway, service: Service
) -> None:
    clock = FixedClock(datetime.now(UTC))
    url = service.environ["KANNEL_URL"]
    service.environ["KANNEL_URL"] = "http://127.0.0.1:1/cgi-bin/sendsms"
    away, to = service.app(), number()
    signed_up(away, to)
    send_due(away)
    assert (message(away)["state"], message(away)["tries"]) == ("queued", 1)
    service.environ["KANNEL_URL"] = url
    back = replace(service.app(), clock=clock)
    clock.advance(timedelta(seconds=3))
    assert send_due(back) == 0
    clock.advance(timedelta(seconds=6))
    assert send_due(back) == 1
    eventually(lambda: gateway.arrived_at(to))
    assert message(away)["state"] == "submitted"


def test_n_12_a_receipt_says_delivered_and_nobody_without_the_secret_can(
    gateway: Gateway, service: Service
) -> None:
    app, to = service.app(), number()
    service.doors()
    signed_up(app, to)
    send_due(app)
    eventually(lambda: message(app)["state"] == "delivered", within=SOON)
    door = service.environ["RECEIPTS_URL"]
    asked = {"id": message(app)["attempts"][0], "type": "1"}
    assert requests.get(door, params=asked, timeout=5).status_code == 401
    assert requests.get(door, params={**asked, "secret": "x"}, timeout=5).status_code == 403
    listed = requests.get(
        f"http://{service.environ['BIND']}/api/messages", params={"status": "delivered"},
        headers={"Authorization": "Bearer staff"}, timeout=5,
    ).json()
    assert [(one["purpose"], one["shown"]) for one in listed] == [("confirmed", "已送达")]
    assert to not in str(listed)


def test_n_4_a_frozen_gateway_and_a_killed_worker_never_send_twice(
    gateway: Gateway, service: Service
) -> None:
    app, to = service.app(), number()
    service.doors()
    signed_up(app, to)
    gateway.freeze()
    try:
        worker = service.worker()
        eventually(gateway.held_back, within=SOON)
        assert message(app)["state"] in ("sending", "unknown")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        service.worker()
        eventually(lambda: message(app)["state"] == "unknown", within=SOON)
    finally:
        gateway.thaw()
    eventually(lambda: message(app)["state"] == "delivered", within=SOON)
    assert len(message(app)["attempts"]) == 1
    assert len(gateway.arrived_at(to)) == 1
