"""From the exchange to the operator: queues, bindings, gateway and database as they run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from functools import partial

import amqp
import pytest

from contracts.event import Fact
from contracts.session import SessionRef
from kernel.broker import Message, Publisher, drop, open_connection
from kernel.clock import system_clock
from kernel.consume.consumer import Consumer
from kernel.declaring import declare
from kernel.envelope import Envelope
from kernel.topology import FLOWS, exchange_of
from services.notifications.domain.notice import Rules
from services.notifications.usecases import reactions
from services.notifications.usecases.application import App
from services.notifications.usecases.parking import parked, tell_again
from services.notifications.usecases.sending import send_due
from tests.gateway import Gateway
from tests.integration.notifications.running import Service
from tests.unit.notifications import builders
from tests.unit.notifications.broadcasts import WANG
from tests.waiting import eventually

MINE = [flow for flow in FLOWS.values() if flow.service == "notifications"]
NEVER_QUIET = Rules(quiet_from=time(0), quiet_until=time(0))
SOON = 40.0  # seconds; a busy machine starts processes slowly
NUMBERS = {"p1": "13900002001", "p2": "13900002002", "p3": "13900002003", "g1": "13900002004"}
LATER, TWICE = "13900002005", "13900002006"
WRITING = FLOWS["notifications.write-messages"]
Tell = Callable[..., None]


@pytest.fixture
def app(service: Service) -> App:
    """The service, at whatever hour the test runs."""
    return replace(service.app(), rules=NEVER_QUIET)


@pytest.fixture
def tell(vhost: str, app: App) -> Iterator[Tell]:
    """Tells facts by the exchange that carries them; the service hears all its queues."""
    connection = open_connection(vhost)
    declare(connection, flows=MINE)
    heard = reactions(app)
    consumers = [Consumer(vhost, flow, heard[flow.queue]) for flow in MINE if flow.queue in heard]
    threads = [threading.Thread(target=run, daemon=True)
               for consumer in consumers for run in (consumer.run, consumer.work)]
    for thread in threads:
        thread.start()
    yield partial(publish, connection)
    for consumer in consumers:
        consumer.stop()
    for thread in threads:
        thread.join(10)
    drop(connection)


def publish(connection: amqp.Connection, fact: Fact, sequence: int = 1) -> None:
    publisher = Publisher(connection)
    envelope = builders.told(fact, sequence)
    publisher.send(
        Message(body=envelope.to_json().encode(), exchange=exchange_of(type(fact)),
                routing_key=fact.key, message_id=envelope.id, headers={}), None)
    assert [one.end for one in publisher.settle_all()] == ["confirmed"]


def put(vhost: str, fact: Envelope, queue: str) -> None:
    """Straight into the queue, as if it had failed before."""
    connection = open_connection(vhost)
    publisher = Publisher(connection)
    publisher.send(
        Message(body=fact.to_json().encode(), exchange="", routing_key=queue, message_id=fact.id,
                type=fact.type, headers={"x-reason": "failed 5 times: KeyError"}), None)
    assert [one.end for one in publisher.settle_all()] == ["confirmed"]
    drop(connection)


def in_days(days: int, *, confidential: bool = False) -> SessionRef:
    starts_in = system_clock() + timedelta(days=days) - builders.NOW
    return builders.session(starts_in, confidential=confidential)


def arrives(gateway: Gateway, app: App, who: str, *, texts: int) -> list[str]:
    """What the operator got for this person, once it is so many texts."""

    def got() -> list[str] | None:
        send_due(app)
        arrived = [one.text for one in gateway.arrived_at(NUMBERS[who])]
        return arrived if len(arrived) >= texts else None

    return eventually(got, within=SOON) or []


def test_offers_moves_reminders_and_questions_reach_the_right_telephones(
    gateway: Gateway, app: App, tell: Tell
) -> None:
    ahead = system_clock() - builders.NOW
    for who, number in NUMBERS.items():
        tell(builders.contact(who, number))
    tell(builders.offered("r1", within=ahead + timedelta(hours=6), where=in_days(1)), 2)
    tell(builders.confirmed("r2", "p2", where=in_days(1)), 1)
    tell(builders.moved(timedelta(0), "r2", "p2", was=ahead, where=in_days(2)), 2)
    tell(builders.reminder("r3", "p3", where=in_days(1, confidential=True)), 2)
    tell(builders.asked(within=ahead + timedelta(hours=6), where=in_days(1)))

    [offer] = arrives(gateway, app, "p1", texts=1)
    assert "为你保留到" in offer and "编号r1" in offer
    both = arrives(gateway, app, "p2", texts=2)
    assert sorted(["名额已确认" in text for text in both]) == [False, True]
    [moved] = [text for text in both if "有变动" in text]
    assert "原定" in moved
    [reminder] = arrives(gateway, app, "p3", texts=1)
    assert "提醒：你预约的时间是" in reminder and "青年" not in reminder
    [question] = arrives(gateway, app, "g1", texts=1)
    assert "输入同意码K7M2Q9" in question
    kept = app.transactions.database["messages"].find_one({"purpose": "consent"})
    assert kept and "K7M2Q9" not in str(kept) and b"K7M2Q9" not in kept["said"]


def test_n_27_a_fact_that_is_told_again_makes_no_second_message(
    gateway: Gateway, app: App, tell: Tell, vhost: str
) -> None:
    """Parked after it was acted on, as when its acknowledgement was lost; its inbox row is taken
    away, so that the message's own id is all that is left (N-1)."""
    app = replace(app, amqp_uri=vhost)
    tell(builders.contact("p1", TWICE))
    fact = builders.told(builders.confirmed("r5", "p1", where=in_days(1)))
    row = {"_id": f"{WRITING.queue}/{fact.id}"}
    inbox = app.transactions.database["inbox"]
    put(vhost, fact, WRITING.queue)
    eventually(lambda: send_due(app) == 0 and gateway.arrived_at(TWICE), within=SOON)
    assert inbox.delete_one(row).deleted_count == 1
    put(vhost, fact, WRITING.parked)
    [lost] = eventually(lambda: parked(app), within=SOON)
    assert (lost.message.id, lost.since, "试了多次都失败" in lost.why) == (fact.id, None, True)
    tell_again(app, fact.id, reason="已恢复", by=WANG)
    eventually(lambda: inbox.find_one(row), within=SOON)
    assert (send_due(app), parked(app)) == (0, [])
    assert builders.states(app) == [("confirmed", "submitted")]
    assert len(gateway.arrived_at(TWICE)) == 1


def test_a_reminder_that_waits_for_a_number_does_not_outlive_the_cancellation(
    gateway: Gateway, app: App, tell: Tell
) -> None:
    tell(builders.reminder("r4", "p1", where=in_days(1)), 2)
    tell(builders.cancelled("r4", where=in_days(1), reason="session_cancelled"), 3)
    tell(builders.contact("p1", LATER))
    eventually(lambda: len(builders.states(app)) == 2, within=SOON)
    eventually(lambda: send_due(app) == 0 and gateway.arrived_at(LATER), within=SOON)
    assert builders.states(app) == [("reminder", "suppressed"), ("session_cancelled", "submitted")]
    [arrived] = gateway.arrived_at(LATER)
    assert "已由主办方取消" in arrived.text
