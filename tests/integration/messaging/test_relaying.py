"""What only a real broker does to a relay and its publishes."""

from __future__ import annotations

import pytest
from amqp.exceptions import AMQPError

from kernel.broker import BrokerSilent, Message, Publisher, drop, open_connection
from kernel.outbox import OUTBOX, all_rows
from kernel.relay import Relay
from kernel.topology import FACTS
from kernel.transaction import Transaction
from tests.chaos.proxy import FaultProxy
from tests.integration.messaging.test_consuming import port_of, through
from tests.integration.messaging.worlds import (
    VISIT,
    Ledger,
    RealWorld,
    flow,
    free,
    tell,
    visit,
    work_item,
)

FLOW = flow()


class Always:
    """A lease that everybody holds."""

    def held(self) -> bool:
        return True

    def release(self) -> None:
        pass


def message(routing_key: str = VISIT, exchange: str = FACTS) -> Message:
    return Message(body=b"{}", exchange=exchange, routing_key=routing_key, message_id="m")


def test_a_confirm_that_is_too_late_never_confirms_the_next_publish(real: RealWorld) -> None:
    real.declare([FLOW])
    with FaultProxy(port_of(real.uri)) as proxy:
        uri = through(real, proxy.port)
        connection = open_connection(uri)
        publisher = Publisher(connection, patience=0.3)
        proxy.half_hole()
        publisher.send(message(), "A")
        with pytest.raises(BrokerSilent):
            publisher.settle_all()

        drop(connection)
        proxy.heal()
        after = open_connection(uri)
        publisher = Publisher(after)
        publisher.send(message(exchange="no-such-exchange"), "B")
        with pytest.raises(AMQPError, match="no-such-exchange"):
            publisher.settle_all()
        drop(after)


def test_a_delayed_confirm_settles_its_own_publish_only(real: RealWorld) -> None:
    real.declare([FLOW])
    with FaultProxy(port_of(real.uri)) as proxy:
        connection = open_connection(through(real, proxy.port))
        publisher = Publisher(connection)
        proxy.delay(0.3)
        publisher.send(message(), "A")
        publisher.send(message("no.such.key"), "B")
        publisher.send(message(), "C")

        ends = {end.token: end.end for end in publisher.settle_all()}
        drop(connection)

    assert ends == {"A": "confirmed", "B": "returned", "C": "confirmed"}


def test_a_silent_broker_is_given_up_and_everything_is_carried_afterwards(real: RealWorld) -> None:
    ledger = Ledger()
    real.declare([FLOW])
    with FaultProxy(port_of(real.uri)) as proxy:
        real.consume(FLOW, ledger)
        relay = real.relay(through(real, proxy.port))
        tell(real, visit("before"))
        real.until(lambda: ledger.visits == ["before"])

        proxy.half_hole()
        tell(real, visit("during"))
        real.until(lambda: not relay.healthy)
        proxy.heal()

        real.until(lambda: "during" in ledger.visits and relay.healthy)
        real.end()


def test_a_refused_fact_is_sent_again_and_its_subject_stays_in_order(real: RealWorld) -> None:
    """A queue that is full and refuses (somebody else's: ours have no limit) nacks the publish."""
    ledger, heard = Ledger(), []
    ledger.fault = lambda envelope: heard.append(envelope.sequence)
    full = {"x-max-length": 1, "x-overflow": "reject-publish"}
    real.declare([FLOW])
    channel = real.channel()
    channel.queue_declare("somebody-else", durable=True, auto_delete=False, arguments=full)
    channel.queue_bind("somebody-else", FACTS, VISIT)
    tell(real, visit("a"), visit("a"), visit("a"))

    real.relay()
    real.until(lambda: real.count("somebody-else") == 1 and real.count(FLOW.queue) >= 2)
    channel.queue_delete("somebody-else")
    real.consume(FLOW, ledger)

    real.until(lambda: not pending(real))
    real.until(lambda: max(heard, default=0) == 3)
    firsts = list(dict.fromkeys(heard))
    assert firsts == [1, 2, 3]


def test_facts_wait_while_their_exchange_is_missing(real: RealWorld) -> None:
    ledger = Ledger()
    real.declare([FLOW])
    real.channel().exchange_delete(FACTS)
    tell(real, visit("a"))
    relay = real.relay()
    real.consume(FLOW, ledger)
    real.until(lambda: relay.failures and not relay.healthy)

    real.declare([FLOW])

    real.until(lambda: free(real) or ledger.visits == ["a"])
    real.until(lambda: ledger.visits == ["a"])


def test_one_blocked_subject_does_not_hold_up_a_thousand_others(real: RealWorld) -> None:
    ledger = Ledger()
    real.declare([FLOW])

    def many(transaction: Transaction) -> None:
        for _ in range(100):
            transaction.emit(work_item("stuck"))
            for name in range(10):
                transaction.emit(visit(f"{name}"))

    real.transactions.run(many)
    real.begin({FLOW: ledger})

    real.until(lambda: len(ledger.visits) == 1000)
    real.until(lambda: sum(row.blocked for row in all_rows(real.transactions.database)) == 100)


def test_two_relays_tell_everything_and_what_comes_twice_is_known(real: RealWorld) -> None:
    ledger = Ledger()
    real.declare([FLOW])
    real.consume(
        FLOW, lambda heard: real.transactions.hear("test", heard, lambda _, fresh: ledger(fresh))
    )
    for _ in range(2):
        real.run(Relay(real.transactions.database, real.uri, service="tests", lease=Always()))

    tell(real, *(visit(f"v{number}") for number in range(50)))

    real.until(lambda: len(set(ledger.visits)) == 50 and not pending(real))
    assert len(ledger.visits) == 50


def test_a_second_relay_takes_over_when_the_first_leaves(real: RealWorld) -> None:
    ledger = Ledger()
    real.begin({FLOW: ledger})
    tell(real, visit("a"))
    real.until(lambda: ledger.visits == ["a"])
    real.end()

    real.begin({FLOW: ledger})
    tell(real, visit("b"))

    real.until(lambda: ledger.visits == ["a", "b"])


def test_a_fact_told_by_a_clock_that_is_ahead_waits_for_the_one_before_it(real: RealWorld) -> None:
    """The later number sorts first: its machine's clock was behind."""
    ledger, heard = Ledger(), []
    ledger.fault = lambda envelope: heard.append(envelope.sequence)
    tell(real, visit("a"))
    outbox = real.transactions.database[OUTBOX]
    [first] = outbox.find()
    tell(real, visit("a"))
    outbox.delete_one({"_id": first["_id"]})
    ahead = f"{int(first['_id'][:12], 16) + 1500:012x}{first['_id'][12:]}"
    outbox.insert_one({**first, "_id": ahead})

    real.begin({FLOW: ledger})

    real.until(lambda: len(heard) == 2)
    assert heard == [1, 2]


def pending(world: RealWorld) -> int:
    return world.transactions.database[OUTBOX].count_documents({"state": "pending"})
