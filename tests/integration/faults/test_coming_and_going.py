"""Processes come in any order, leave on SIGTERM within their time, and are replaced under load."""

from __future__ import annotations

import time
from itertools import permutations

import pytest

from tests.chaos.proxy import FaultProxy
from tests.rig.city import City
from tests.rig.fixtures import MakeRig
from tests.rig.process import Process
from tests.rig.queues import LEDGER
from tests.rig.rig import Rig
from tests.rig.uris import port_of, through
from tests.waiting import eventually

LEAVES_WITHIN = 10.0


@pytest.mark.parametrize(
    "order", list(permutations(["broker", "database", "processes"])), ids="-".join
)
def test_everything_may_start_in_any_order(order: tuple[str, ...], rig: Rig) -> None:
    with FaultProxy(port_of(rig.queues.uri)) as broker, FaultProxy(port_of(rig.mongodb_uri)) as db:
        ways = {"AMQP_URI": through(broker, rig.queues.uri)}
        ways["MONGODB_URI"] = through(db, rig.mongodb_uri)
        teller, ledger, relay = rig.teller(**ways), rig.ledger(**ways), rig.relay(**ways)
        broker.refuse()
        db.refuse()
        for part in order:
            if part == "broker":
                broker.heal()
            elif part == "database":
                db.heal()
            else:
                for process in (teller, ledger, relay):
                    process.start(ready=False)
                eventually(lambda: teller.answers("/healthz") and ledger.answers("/healthz"))

        eventually(lambda: teller.is_ready() and ledger.is_ready())
        rig.ask(teller, "visit-0")
        account = rig.finish(ledger)

    assert account.is_sound, account.line()


def test_a_consumer_waits_for_its_queue_and_hears_what_was_told_before_it_came(rig: Rig) -> None:
    rig.relay().start()
    rig.tell(["early"])
    eventually(lambda: rig.queues.depth(LEDGER.queue))
    ledger = rig.ledger().start()
    eventually(lambda: rig.account().effects["early"])

    with rig.queues.channel() as channel:
        channel.queue_delete(LEDGER.queue)
    eventually(lambda: not ledger.answers("/readyz"))
    rig.queues.declare()
    eventually(ledger.is_ready)
    rig.tell(["late"])

    account = rig.finish(ledger)
    assert account.is_sound, account.line()


def left_within(process: Process) -> float:
    """SIGTERM; the seconds until it left with status 0."""
    began = time.monotonic()
    process.terminate()
    assert process.exit_status(within=LEAVES_WITHIN) == 0, process.output[-2000:]
    return time.monotonic() - began


def test_sigterm_under_load_ends_every_process_within_10_s_and_nothing_is_lost(city: City) -> None:
    events, ledger, relay = city.events().start(), city.ledger().start(), city.relay().start()
    crowd = city.crowd(events, 300, patient=True).start()
    crowd.wait_for(50)

    for process in (ledger, relay, events):
        left_within(process)
    for process in (events, relay, ledger):
        process.start()
    answers = crowd.join()

    assert {one.statuses[-1] for one in answers} == {201}
    account = city.finish(ledger)
    assert account.is_sound, account.line()


def rolled(city: City, times: int) -> None:
    """Restart events, relay and ledger in turn, so many times, while residents sign up."""
    events, ledger, relay = city.events().start(), city.ledger().start(), city.relay().start()
    crowd = city.crowd(events, 100 * times, at_once=8, patient=True, pace=0.02).start()
    for _ in range(times):
        for process in (ledger, relay, events):
            left_within(process)
            process.start()
    answers = crowd.join(within=300)

    assert {one.statuses[-1] for one in answers} == {201}
    account = city.finish(ledger)
    assert account.is_sound, account.line()
    assert not account.recovered, "a polite restart redelivers nothing that was finished"


@pytest.mark.chaos
def test_two_rolling_restarts_under_load_lose_and_double_nothing(city: City) -> None:
    rolled(city, 2)


@pytest.mark.chaos
def test_ten_rolling_restarts_under_load_lose_and_double_nothing(city: City) -> None:
    rolled(city, 10)


def test_the_same_fact_a_hundred_times_across_two_consumers_acts_once(make_rig: MakeRig) -> None:
    rig = make_rig()
    first, second = rig.ledger().start(), rig.ledger().start()
    rig.tell(["visit-0"])
    for _ in range(100):
        rig.queues.put(rig.message("visit-0"))
    rig.relay().start()

    account = rig.finish(first, second)

    assert account.is_sound, account.line()
    assert account.deliveries["visit-0"] == 101


@pytest.mark.chaos
def test_a_handler_that_takes_longer_than_the_heartbeat_is_not_interrupted(rig: Rig) -> None:
    ledger = rig.ledger().start()
    rig.relay().start()
    rig.tell(["visit-0"], programme="sluggish")

    rig.settled(within=60)
    account = rig.finish(ledger)

    assert account.is_sound, account.line()
    assert account.deliveries["visit-0"] == 1
