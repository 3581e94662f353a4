"""What only a real broker does to a consumer."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from itertools import pairwise

import amqp
import pytest

from kernel.broker import drop, open_connection
from kernel.consume import Permanent
from kernel.consume.fate import ATTEMPT
from kernel.declaring import WrongTopology, declare, verify
from kernel.envelope import Envelope
from kernel.parked import NotParked, drop_parked, list_parked, retry_parked, show_parked
from kernel.topology import Flow
from ops.parts import free_port
from tests.chaos.proxy import FaultProxy
from tests.integration.messaging.worlds import (
    RUNGS,
    Ledger,
    RealWorld,
    body_of,
    flow,
    tell,
    visit,
)
from tests.waiting import eventually

FLOW = flow()


def names(count: int) -> list[str]:
    return [f"v{number}" for number in range(count)]


def port_of(uri: str) -> int:
    return int(uri.split(":")[3].split("/")[0])


def through(world: RealWorld, port: int) -> str:
    """The same broker by another port."""
    return world.uri.replace(f":{port_of(world.uri)}/", f":{port}/")


def test_a_failing_message_waits_longer_on_every_rung(real: RealWorld) -> None:
    moments: list[float] = []

    def fault(_: Envelope) -> None:
        moments.append(time.monotonic())
        raise ValueError

    real.begin({FLOW: Ledger(fault)})
    real.publish(body_of(visit("a")), queue=FLOW.queue)

    real.until(lambda: real.parked(FLOW))
    first, second = (after - before for before, after in pairwise(moments))
    assert len(moments) == 3 and RUNGS[0] <= first < second and second >= RUNGS[1]


def test_a_10_mb_body_is_parked_and_the_consumer_lives(real: RealWorld) -> None:
    ledger = Ledger()
    real.begin({FLOW: ledger})

    real.publish(b"x" * 10_000_000, queue=FLOW.queue)
    real.publish(body_of(visit("next")), queue=FLOW.queue)

    real.until(lambda: ledger.visits == ["next"] and real.parked(FLOW))
    [parked] = list_parked(real.uri, FLOW)
    assert parked.size == 10_000_000 and parked.reason.startswith("malformed: larger")


def test_a_header_that_the_library_cannot_decode_stops_nobody(real: RealWorld) -> None:
    ledger = Ledger()
    real.begin({FLOW: ledger})
    moment = amqp.Message(
        body_of(visit("a")), application_headers={"at": datetime(2021, 9, 1, tzinfo=UTC)}
    )
    good: bytes = moment._serialize_properties()
    moment._serialize_properties = lambda: good[:-8] + b"\xff" * 8

    real.channel().basic_publish(moment, routing_key=FLOW.queue)

    real.until(lambda: ledger.visits == ["a"])


def test_a_deleted_queue_is_heard_again_when_it_is_back(real: RealWorld) -> None:
    ledger = Ledger()
    real.begin({FLOW: ledger})
    [consumer] = real.consumers
    real.until(lambda: consumer.running)

    real.channel().queue_delete(FLOW.queue)
    real.until(lambda: not consumer.running)
    real.declare([FLOW])
    tell(real, visit("a"))

    real.until(lambda: ledger.visits == ["a"])


def test_a_broker_that_is_down_at_start_is_waited_for(real: RealWorld) -> None:
    real.declare([FLOW])
    ledger, port = Ledger(), port_of(real.uri)
    with FaultProxy(port) as proxy:
        proxy.refuse()
        consumer = real.consume(FLOW, ledger, uri=through(real, proxy.port))
        relay = real.relay(through(real, proxy.port))
        tell(real, visit("a"))
        eventually(lambda: not relay.healthy and not consumer.running)

        proxy.heal()

        real.until(lambda: ledger.visits == ["a"] and relay.healthy)
        real.end()


def test_a_line_that_is_reset_again_and_again_loses_nothing(real: RealWorld) -> None:
    real.declare([FLOW])
    ledger = Ledger()
    with FaultProxy(port_of(real.uri)) as proxy:
        real.consume(
            FLOW,
            lambda heard: real.transactions.hear("test", heard, lambda _, fresh: ledger(fresh)),
            uri=through(real, proxy.port),
        )
        real.relay(through(real, proxy.port))
        for name in names(60):
            tell(real, visit(name))
            if name.endswith("9"):
                proxy.reset()

        real.until(lambda: len(set(ledger.visits)) == 60)
        real.end()
    assert sorted(ledger.visits) == sorted(names(60))


def test_stopping_finishes_and_acknowledges_the_batch_in_hand(real: RealWorld) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def fault(_: Envelope) -> None:
        begun.set()
        assert go_on.wait(10)

    ledger = Ledger(fault)
    real.declare([FLOW])
    for name in names(30):
        real.publish(body_of(visit(name)), queue=FLOW.queue)
    consumer = real.consume(FLOW, ledger)
    assert begun.wait(10)

    threading.Timer(0.3, go_on.set).start()
    consumer.stop()

    real.until(lambda: len(ledger.visits) + real.count(FLOW.queue) == 30)
    assert 0 < len(ledger.visits) <= FLOW.batch


def test_a_handler_that_never_ends_does_not_keep_the_consumer_from_stopping(
    real: RealWorld,
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def fault(_: Envelope) -> None:
        begun.set()
        assert go_on.wait(20)

    real.begin({FLOW: Ledger(fault)})
    tell(real, visit("a"))
    assert begun.wait(10)

    began = time.monotonic()
    real.consumers[0].stop(within=0.5)
    assert time.monotonic() - began < 2

    go_on.set()


def test_what_killed_its_consumer_too_often_is_taken_alone(real: RealWorld) -> None:
    ledger = Ledger()
    real.declare([FLOW])
    for name in names(6):
        real.publish(body_of(visit(name)), queue=FLOW.suspects)

    real.begin({FLOW: ledger})

    real.until(lambda: len(ledger.visits) == 6)
    assert ledger.calls == [1] * 6


def test_a_message_that_cannot_be_moved_stays_until_it_can(real: RealWorld) -> None:
    def fault(_: Envelope) -> None:
        raise Permanent("no")

    real.begin({FLOW: Ledger(fault)})
    real.channel().queue_delete(FLOW.parked)
    tell(real, visit("a"))
    eventually(lambda: real.count(FLOW.queue) == 0)

    real.declare([FLOW])

    real.until(lambda: real.parked(FLOW) == [("permanent: no", 1)])


def test_parked_messages_are_shown_retried_and_dropped(real: RealWorld) -> None:
    healed: list[bool] = []

    def fault(_: Envelope) -> None:
        if not healed:
            raise Permanent("no")

    ledger = Ledger(fault)
    real.begin({FLOW: ledger})
    tell(real, *map(visit, names(3)))
    real.until(lambda: len(real.parked(FLOW)) == 3)
    first, second, third = list_parked(real.uri, FLOW)

    healed.append(True)
    assert show_parked(real.uri, FLOW, second.id).text == second.text
    assert retry_parked(real.uri, FLOW, [first.id]) == 1
    assert drop_parked(real.uri, FLOW, [third.id]) == 1
    real.until(lambda: ledger.visits == ["v0"])

    assert [message.id for message in list_parked(real.uri, FLOW)] == [second.id]
    with pytest.raises(NotParked):
        show_parked(real.uri, FLOW, first.id)
    assert retry_parked(real.uri, FLOW) == 1
    real.until(lambda: ledger.visits == ["v0", "v1"])


def test_contact_details_of_parked_messages_are_not_shown(real: RealWorld) -> None:
    private = Flow(queue=FLOW.queue, facts=(), private=True)
    real.declare([private])
    real.publish(body_of(visit("a")), queue=private.parked, headers={ATTEMPT: 1})

    [shown] = list_parked(real.uri, private)

    assert "test-street" not in shown.text and "visit/a" in shown.text


def test_a_queue_declared_otherwise_is_named(real: RealWorld) -> None:
    real.declare([FLOW])
    connection = open_connection(real.uri)

    verify(connection, flows=[FLOW], rungs=RUNGS)
    with pytest.raises(WrongTopology, match=r"test-figures\.retry\.5s"):
        verify(connection, flows=[FLOW])
    real.channel().queue_delete(FLOW.parked)
    real.channel().queue_declare(FLOW.parked, durable=True, auto_delete=False)
    with pytest.raises(WrongTopology, match=r"test-figures\.parked: .*x-"):
        declare(connection, flows=[FLOW], rungs=RUNGS)

    drop(connection)


def test_nobody_at_the_port_is_an_error_at_once() -> None:
    with pytest.raises(OSError):
        open_connection(f"amqp://guest:guest@127.0.0.1:{free_port()}/")
