"""The broker is killed, frozen, alarmed or cut off: people are served, all is told afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from ops.parts import Broker
from tests.chaos.proxy import FaultProxy
from tests.rig.city import City
from tests.rig.fixtures import MakeCity
from tests.rig.uris import declared, port_of, through
from tests.waiting import eventually

Fault = Callable[[FaultProxy], None]


def hold(seconds: float) -> None:
    """Let the fault last."""
    until = time.monotonic() + seconds
    eventually(lambda: time.monotonic() > until, within=seconds + 5)


def away_in_the_middle(city: City, broker: Broker, seconds: float, *, signups: int) -> None:
    """The broker is killed after three in ten sign-ups and comes back later."""
    events, ledger = city.events().start(), city.ledger().start()
    relay = city.relay().start()
    crowd = city.crowd(events, signups).start()
    crowd.wait_for(signups * 3 // 10)

    broker.kill()
    hold(seconds)
    broker.start()
    answers = crowd.join()

    assert {one.statuses for one in answers} == {(201,)}, "every sign-up is answered 201 at once"
    city.settled(within=60)
    account = city.finish(ledger)
    assert len(account.accepted) == signups
    assert account.is_sound, account.line()
    assert city.outbox(state="blocked") == 0
    assert relay.is_running


def test_broker_killed_for_8_s_in_the_middle_of_300_sign_ups(
    make_city: MakeCity, own_broker: Broker
) -> None:
    """The smaller form of what follows, which `make chaos` runs."""
    away_in_the_middle(make_city(queues=declared(own_broker)), own_broker, 8, signups=300)


@pytest.mark.chaos
def test_broker_killed_for_30_s_in_the_middle_of_1000_sign_ups(
    make_city: MakeCity, own_broker: Broker
) -> None:
    away_in_the_middle(make_city(queues=declared(own_broker)), own_broker, 30, signups=1000)


def frozen_in_the_middle(city: City, broker: Broker, seconds: float) -> None:
    """Sign-ups all the while; the broker neither answers nor closes anything for some time."""
    events, ledger = city.events().start(), city.ledger().start()
    relay = city.relay().start()
    crowd = city.crowd(events, 300, pace=seconds / 250).start()
    crowd.wait_for(20)

    broker.freeze()
    hold(seconds)
    crowd.wait_for(220)
    broker.thaw()
    answers = crowd.join()

    assert {one.statuses for one in answers} == {(201,)}
    assert max(one.seconds for one in answers) < 5
    city.settled(within=60)
    account = city.finish(ledger)
    assert account.is_sound, account.line()
    assert relay.is_running


def test_frozen_broker_for_12_s_hangs_nobody(make_city: MakeCity, own_broker: Broker) -> None:
    frozen_in_the_middle(make_city(queues=declared(own_broker)), own_broker, 12)


@pytest.mark.chaos
def test_frozen_broker_for_60_s_hangs_nobody(make_city: MakeCity, own_broker: Broker) -> None:
    frozen_in_the_middle(make_city(queues=declared(own_broker)), own_broker, 60)


@pytest.mark.parametrize(
    ("alarm", "calm"),
    [
        pytest.param(["set_vm_memory_high_watermark", "0"], "0.4", id="memory"),
        pytest.param(["set_disk_free_limit", "1000000GB"], "64MB", id="disk",
                     marks=pytest.mark.chaos),
    ],
)
def test_an_alarm_delays_and_loses_nothing(
    alarm: list[str], calm: str, make_city: MakeCity, own_broker: Broker
) -> None:
    city = make_city(queues=declared(own_broker))
    events, ledger = city.events().start(), city.ledger().start()
    relay = city.relay().start()
    own_broker.control(*alarm)
    try:
        answers = city.crowd(events, 50).start().join()
        eventually(lambda: "starts anew" in relay.output)
    finally:
        own_broker.control(alarm[0], calm)

    assert {one.statuses for one in answers} == {(201,)}
    city.settled(within=30)
    account = city.finish(ledger)
    assert account.is_sound, account.line()


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        pytest.param(FaultProxy.reset, 0.2, id="reset"),
        pytest.param(FaultProxy.refuse, 2, id="refused"),
        pytest.param(FaultProxy.hole, 7, id="silent", marks=pytest.mark.chaos),
        pytest.param(FaultProxy.half_hole, 7, id="deaf", marks=pytest.mark.chaos),
        pytest.param(FaultProxy.hole, 35, id="silent-long", marks=pytest.mark.chaos),
        pytest.param(FaultProxy.half_hole, 120, id="deaf-long", marks=pytest.mark.chaos),
    ],
)
def test_connections_to_the_broker_that_are(fault: Fault, seconds: float, city: City) -> None:
    with FaultProxy(port_of(city.queues.uri)) as proxy:
        address = through(proxy, city.queues.uri)
        events, ledger = city.events().start(), city.ledger(AMQP_URI=address).start()
        city.relay(AMQP_URI=address).start()
        crowd = city.crowd(events, 200, at_once=4).start()
        crowd.wait_for(40)

        fault(proxy)
        hold(seconds)
        proxy.heal()
        answers = crowd.join()

        city.settled(within=60)
        account = city.finish(ledger)
    assert {one.statuses for one in answers} == {(201,)}
    assert account.is_sound, account.line()
