"""Queues of an earlier version on a real broker: nothing is lost, nothing stays bound."""

from __future__ import annotations

from collections.abc import Iterator

import amqp
import pytest

from kernel.broker import drop, open_connection
from kernel.declaring import declare
from kernel.retiring import retire
from kernel.topology import FLOWS, PRIVATE, RETIRED, RUNGS, Flow
from tests.waiting import eventually

CONTACT = "events.contact_recorded.v1"
HEIR = FLOWS["volunteers.keep-contacts"]
OLD = [Flow(queue=name, facts=(CONTACT,), private=True) for name in RETIRED]


@pytest.fixture
def running(vhost: str) -> Iterator[amqp.Connection]:
    """A broker as the earlier version left it: each of its queues holds some messages."""
    connection = open_connection(vhost)
    declare(connection, flows=OLD)
    channel = connection.channel()
    channel.confirm_select()
    for flow in OLD:
        told = amqp.Message(b"{}", message_id=f"waits in {flow.queue}", type=CONTACT)
        channel.basic_publish_confirm(told, "", flow.queue)
        for queue in (flow.rung(RUNGS[-1]), flow.parked):
            failed = amqp.Message(b"{}", message_id=f"is in {queue}",
                                  application_headers={"x-reason": "no"})
            channel.basic_publish_confirm(failed, "", queue)
    declare(connection, flows=[HEIR])
    yield connection
    drop(connection)


def taken(connection: amqp.Connection, queue: str) -> list[amqp.Message]:
    channel, found = connection.channel(), []
    while message := channel.basic_get(queue, no_ack=True):
        found.append(message)
    return found


def is_there(connection: amqp.Connection, queue: str) -> bool:
    try:
        connection.channel().queue_declare(queue, passive=True)
    except amqp.NotFound:
        return False
    return True


def test_what_they_hold_moves_to_the_queue_that_follows(vhost: str,
                                                        running: amqp.Connection) -> None:
    assert retire(vhost) == []
    waiting = {each.properties["message_id"] for each in taken(running, HEIR.queue)}
    assert waiting == {name for flow in OLD
                       for name in (f"waits in {flow.queue}", f"is in {flow.rung(RUNGS[-1])}")}
    parked = taken(running, HEIR.parked)
    assert {each.properties["message_id"] for each in parked} == {
        f"is in {flow.parked}" for flow in OLD}
    assert {each.properties["application_headers"]["x-reason"] for each in parked} == {"no"}
    assert not [flow.queue for flow in OLD for queue in (flow.queue, flow.parked, flow.suspects)
                if is_there(running, queue)]
    assert retire(vhost) == []


def test_one_that_is_still_heard_stays_and_gets_nothing_new(vhost: str,
                                                            running: amqp.Connection) -> None:
    old = open_connection(vhost)
    channel = old.channel()
    heard: list[amqp.Message] = []
    channel.basic_consume(OLD[0].queue, callback=heard.append, no_ack=True)

    [said] = retire(vhost)

    assert OLD[0].queue in said and not is_there(running, OLD[1].queue)
    out = running.channel()
    out.confirm_select()
    out.basic_publish_confirm(amqp.Message(b"{}", message_id="new"), PRIVATE, CONTACT)
    new = [each.properties["message_id"] for each in taken(running, HEIR.queue)]
    assert "new" in new
    old.drain_events(timeout=5)
    assert [each.properties["message_id"] for each in heard] == [f"waits in {OLD[0].queue}"]
    drop(old)
    eventually(lambda: retire(vhost) == [])
    assert not is_there(running, OLD[0].queue)
