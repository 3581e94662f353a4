"""Rows C7, C8, B2 and D1: the broker or the database dies, or one message kills every consumer."""

from __future__ import annotations

from datetime import UTC, datetime

from ops.outboxes import retell
from ops.parts import Broker, Database
from tests.integration.crash.steps import names
from tests.rig.fixtures import MakeRig
from tests.rig.process import Process
from tests.rig.queues import LEDGER
from tests.rig.rig import Rig, ask_once
from tests.rig.uris import declared
from tests.waiting import eventually

LONG_AGO = datetime(2021, 1, 1, tzinfo=UTC)


def test_c7_broker_dies_while_the_rung_expires(make_rig: MakeRig, own_broker: Broker) -> None:
    rig = make_rig(queues=declared(own_broker))
    ledger = rig.ledger().start(LEDGER_FAILS="yes")
    rig.relay().start()
    rig.tell(names(100), programme="broken")
    eventually(lambda: rig.queues.depth(LEDGER.rung(0.3)) and rig.account().deliveries)

    own_broker.kill()
    ledger.kill()
    own_broker.start()
    rig.forget_abandoned_transactions()
    account = rig.finish(ledger.start())

    assert len(account.parked | account.effects.keys()) == 100
    assert account.is_sound, account.line()


def test_c8_message_that_kills_its_consumer_is_parked_and_bystanders_pass(rig: Rig) -> None:
    rig.queues.limit_returns(LEDGER.queue, 1)
    try:
        rig.relay().start()
        rig.tell(names(10))
        rig.tell(["deadly-0"], programme="deadly")
        rig.tell(names(10, "later"))
        eventually(lambda: not rig.outbox(state="pending"))
        ledger = rig.ledger()

        deaths = started_until_it_lives(rig, ledger)
        account = rig.finish(ledger)
    finally:
        rig.queues.declare_anew(LEDGER)

    assert deaths >= 4
    assert account.parked == {"deadly-0"}
    assert account.is_sound, account.line()


def started_until_it_lives(rig: Rig, ledger: Process) -> int:
    """Start the ledger again whenever it dies, until the deadly message is parked; its deaths."""
    deaths = 0
    ledger.start(ready=False)

    def lives() -> bool:
        nonlocal deaths
        parked = rig.queues.depth(LEDGER.parked)
        if not ledger.is_running:
            ledger.has_crashed()
            deaths += 1
            rig.forget_abandoned_transactions()
            ledger.start(ready=False)
        return bool(parked) and ledger.answers("/readyz")

    eventually(lives, within=60)
    return deaths


def test_b2_broker_that_lost_its_disk_is_refilled_from_the_outbox(
    make_rig: MakeRig, own_broker: Broker
) -> None:
    rig = make_rig(queues=declared(own_broker))
    ledger = rig.ledger().start()
    relay = rig.relay().start()
    rig.tell(names(20))
    rig.settled()
    ledger.stop()
    rig.tell(names(20, "unheard"))
    eventually(lambda: rig.queues.depth(LEDGER.queue) == 20)

    own_broker.kill()
    own_broker.wipe()
    own_broker.start()
    assert "unheard-0" in rig.account(parked=False).lost
    rig.queues.declare()
    assert retell(rig.database("teller"), since=LONG_AGO) == 40
    account = rig.finish(ledger.start())

    assert relay.is_running
    assert account.is_sound, account.line()
    assert len(account.recovered) == 20


def test_d1_database_dies_under_load(make_rig: MakeRig, own_database: Database) -> None:
    rig = make_rig(mongodb=own_database.uri)
    teller, ledger = rig.teller().start(), rig.ledger().start()
    relay = rig.relay().start()
    for name in names(10):
        rig.ask(teller, name)

    own_database.kill()
    during = [ask_once(teller, name) for name in names(3, "during")]
    own_database.start()
    for name in [*names(3, "during"), *names(10, "after")]:
        rig.ask(teller, name)
    account = rig.finish(ledger)

    assert 201 not in during
    assert relay.is_running
    assert teller.is_running
    assert account.is_sound, account.line()
