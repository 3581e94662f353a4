"""Rows L1 to L6 of the crash-point table: the relay dies, is cut off, refused or doubled."""

from __future__ import annotations

from kernel.relay import unblock
from ops.parts import Broker
from tests.chaos.proxy import FaultProxy
from tests.integration.crash.steps import names
from tests.rig.fixtures import MakeRig
from tests.rig.rig import Rig
from tests.rig.uris import declared, port_of, through
from tests.waiting import eventually

VISIT = "events.visit_recorded.v1"


def test_l1_relay_dies_before_publishing(rig: Rig) -> None:
    rig.tell(names(20))
    relay = rig.relay().start(CRASH_AT="relay.before_publish:10")
    relay.has_crashed()
    assert rig.outbox(state="pending")

    relay.start()
    account = rig.finish(rig.ledger().start())

    assert account.is_sound, account.line()


def test_l2_broker_dies_before_it_confirmed(make_rig: MakeRig, own_broker: Broker) -> None:
    rig = make_rig(queues=declared(own_broker))
    rig.tell(names(20))
    relay = rig.relay().start(CRASH_AT="freeze@relay.after_publish:20")
    relay.wait_until_frozen()
    assert rig.outbox(state="pending") == 20

    own_broker.kill()
    own_broker.start()
    relay.thaw()
    account = rig.finish(rig.ledger().start())

    assert account.is_sound, account.line()


def test_l3_relay_dies_between_confirm_and_mark(rig: Rig) -> None:
    rig.tell(names(20))
    ledger = rig.ledger().start()
    relay = rig.relay().start(CRASH_AT="relay.after_confirm:5")
    relay.has_crashed()
    assert rig.outbox(state="pending")

    relay.start()
    account = rig.finish(ledger)

    assert account.is_sound, account.line()
    assert account.recovered, "nothing was published twice: the row was not tested"


def test_l4_confirms_are_lost_and_the_peer_stays_silent(rig: Rig) -> None:
    rig.tell(names(20))
    ledger = rig.ledger().start()
    with FaultProxy(port_of(rig.queues.uri)) as proxy:
        address = through(proxy, rig.queues.uri)
        relay = rig.relay(AMQP_URI=address).start(CRASH_AT="freeze@relay.before_publish")
        relay.wait_until_frozen()
        proxy.half_hole()
        relay.thaw()
        eventually(lambda: not rig.account().lost)
        eventually(lambda: "no confirm within" in relay.output)
        assert rig.outbox(state="pending") == 20

        proxy.heal()
        account = rig.finish(ledger)

    assert account.is_sound, account.line()
    assert len(account.recovered) == 20


def test_l5_unroutable_fact_is_blocked_while_other_subjects_go_on(rig: Rig) -> None:
    ledger = rig.ledger().start()
    relay = rig.relay().start()
    rig.queues.unbind(VISIT)
    try:
        rig.tell(["visit-0"])
        eventually(lambda: rig.outbox(state="blocked") == 1)
        assert "blocked" in relay.output
        rig.tell_of_work(["item-0"])
        eventually(lambda: rig.account().effects["item-0"])
        assert rig.account().lost == {"visit-0"}
    finally:
        rig.queues.bind(VISIT)

    unblock(rig.database("teller"))
    account = rig.finish(ledger)

    assert account.is_sound, account.line()


def test_l6_two_relays_carry_the_same_outbox(rig: Rig) -> None:
    rig.tell(names(20))
    first = rig.relay().start(CRASH_AT="freeze@relay.after_publish:20")
    first.wait_until_frozen()
    ledger = rig.ledger().start()
    rig.relay().start()
    eventually(lambda: rig.outbox(state="sent") == 20, within=30)

    first.thaw()
    rig.tell(names(20, "later"))
    account = rig.finish(ledger)

    assert account.is_sound, account.line()
    assert account.recovered, "only one relay published: the row was not tested"
