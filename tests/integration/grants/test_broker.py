"""On the real broker: each user does its whole part, and nothing beyond it can be done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import amqp
import pytest
from amqp.exceptions import AccessRefused, NotAllowed

import contracts
from contracts.event import CATALOGUE
from kernel.broker import Message, Publisher, drop, open_connection
from kernel.consume.consumer import Consumer
from kernel.envelope import Envelope
from kernel.parked import list_parked
from kernel.topology import FACTS, FLOWS, LOG, MARKS, PRIVATE, exchange_of
from ops import prepare
from ops.grants.broker_rights import BRIDGE, OPERATORS, PROCESSES, RELAY, SERVICES
from ops.grants.settings import BROKER
from ops.management import Management, ManagementRefused
from ops.parts import Broker, GivenBroker
from tests.rig.queues import RUNGS
from tests.rig.users import Users, as_user
from tests.vhosts import lent_vhost
from tests.waiting import eventually

EXAMPLES = Path(contracts.__file__).parent / "examples"
MOVES = sorted({flow.moves for flow in FLOWS.values()})
HEARD = {name for flow in FLOWS.values() for name in (*flow.working(()), flow.parked)}
RUNG_QUEUES = {n for flow in FLOWS.values() for n in flow.working(RUNGS)} - HEARD
TARGETS = {name: {n for flow in FLOWS.values() if flow.moves == name for n in
                  {*flow.working(RUNGS), flow.parked} - {flow.suspects}} for name in MOVES}
Step = Callable[[amqp.Channel], object]


@contextmanager
def connected(uri: str) -> Iterator[amqp.Connection]:
    connection = open_connection(uri)
    try:
        yield connection
    finally:
        drop(connection)


def allowed(connection: amqp.Connection, step: Step) -> bool:
    """False when the broker refuses because of who asks; any other refusal is an error."""
    channel = connection.channel()
    try:
        step(channel)
    except AccessRefused:
        return False
    channel.close()
    return True


def publish(exchange: str, key: str) -> Step:
    def step(channel: amqp.Channel) -> None:
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message(b"{}", message_id="x"), exchange, key)

    return step


def hear(queue: str) -> Step:
    def step(channel: amqp.Channel) -> None:
        channel.basic_qos(0, 1, False)
        arguments = {"x-stream-offset": "last"} if queue == LOG.queue else None
        channel.basic_consume(queue, arguments=arguments)

    return step


def purge(queue: str) -> Step:
    return lambda channel: channel.queue_purge(queue)


def bind(queue: str, exchange: str) -> Step:
    return lambda channel: channel.queue_bind(queue, exchange, "#")


def unbind(queue: str) -> Step:
    return lambda channel: channel.queue_unbind(queue, FACTS, "#")


def delete(queue: str) -> Step:
    return lambda channel: channel.queue_delete(queue)


def there(queue: str) -> Step:
    return lambda channel: channel.queue_declare(queue, passive=True)


def may_publish(process: str, exchange: str, key: str) -> bool:
    """What the parts are, in words of our own: not what the code under test works out."""
    if process == RELAY:
        return key in CATALOGUE and exchange_of(CATALOGUE[key]) == exchange
    if process == OPERATORS:
        return exchange in MOVES or exchange == MARKS
    return exchange == f"{process}.moves"


def may_hear(process: str, queue: str) -> bool:
    if process == OPERATORS:
        return queue.endswith(".parked") or queue == LOG.queue
    return process in (*SERVICES, BRIDGE) and queue.startswith(f"{process}.") and queue in HEARD


def publishings() -> Iterator[tuple[str, str]]:
    yield from ((exchange, key) for exchange in (FACTS, PRIVATE) for key in
                (*CATALOGUE, "events.invented.v1", "#", FLOWS["stats.fold-figures"].queue))
    yield from ((moves, queue) for moves, queues in TARGETS.items() for queue in queues)
    yield from (("", queue) for queue in (*HEARD, *RUNG_QUEUES, LOG.queue))
    yield from ((MARKS, LOG.queue), ("amq.topic", "x"), ("amq.direct", "x"))


@pytest.mark.parametrize("process", PROCESSES)
def test_it_publishes_what_its_part_is_and_nothing_else(process: str, users: Users) -> None:
    with connected(users.uri(process, BROKER)) as connection:
        wrong = [(exchange, key) for exchange, key in publishings()
                 if allowed(connection, publish(exchange, key)) is not
                 may_publish(process, exchange, key)]
    assert not wrong


@pytest.mark.parametrize("process", PROCESSES)
def test_it_hears_its_own_queues_and_no_others(process: str, users: Users) -> None:
    queues = [*HEARD, *RUNG_QUEUES, LOG.queue]
    with connected(users.uri(process, BROKER)) as connection:
        wrong = [queue for queue in queues
                 if allowed(connection, hear(queue)) is not may_hear(process, queue)]
        emptied = [queue for queue in queues if queue != LOG.queue
                   and not may_hear(process, queue) and allowed(connection, purge(queue))]
    assert not wrong and not emptied


@pytest.mark.parametrize("process", PROCESSES)
def test_nobody_makes_binds_or_deletes_anything(process: str, users: Users) -> None:
    own = [queue for queue in HEARD if may_hear(process, queue)] or [LOG.queue]
    steps: list[Step] = [
        lambda channel: channel.queue_declare(f"{process}.mine", durable=True, auto_delete=False),
        lambda channel: channel.queue_declare("", exclusive=True),
        lambda channel: channel.exchange_declare(f"{process}.mine", "direct"),
        lambda channel: channel.exchange_delete(FACTS),
        *(bind(queue, at) for queue in own for at in (FACTS, PRIVATE, MARKS, *MOVES)),
        *(unbind(queue) for queue in own),
        *(delete(queue) for queue in own),
    ]
    with connected(users.uri(process, BROKER)) as connection:
        assert not [number for number, step in enumerate(steps) if allowed(connection, step)]
    with connected(users.vhost) as keeper:
        assert all(allowed(keeper, there(queue)) for queue in own)


@pytest.mark.parametrize("process", PROCESSES)
def test_no_other_virtual_host_lets_it_in(
    process: str, users: Users, broker: Broker | GivenBroker
) -> None:
    with lent_vhost(broker, "foreign") as foreign, pytest.raises(NotAllowed):
        found = users.uri(process, BROKER)
        open_connection(as_user(foreign, *found.split("//")[1].split("@")[0].split(":")))


@pytest.mark.parametrize("service", SERVICES)
def test_it_hears_retries_on_every_rung_and_parks(service: str, users: Users) -> None:
    flow = next(flow for flow in FLOWS.values() if flow.service == service)
    uri, tries = users.uri(service, BROKER), []

    def never(_: list[Envelope]) -> None:
        tries.append(1)
        raise RuntimeError("always")

    with connected(users.vhost) as keeper:
        keeper.channel().queue_purge(flow.queue)
        keeper.channel().queue_purge(flow.parked)
        publisher = Publisher(keeper)
        publisher.send(Message(body=told(flow.facts[0]), exchange="", routing_key=flow.queue,
                               message_id="m"), 1)
        publisher.settle_all()
    consumer = Consumer(uri, flow, never, rungs=RUNGS)
    threads = [threading.Thread(target=run) for run in (consumer.run, consumer.work)]
    for thread in threads:
        thread.start()
    try:
        [parked] = eventually(lambda: list_parked(uri, flow))
    finally:
        consumer.stop()
        for thread in threads:
            thread.join()
    assert parked.attempts == len(tries) == len(RUNGS) + 1


def told(key: str) -> bytes:
    """A golden example of the fact."""
    return (EXAMPLES / f"{key}.json").read_bytes()


def test_given_again_rights_that_came_by_hand_go_and_a_password_changes(
    users: Users, broker: Broker | GivenBroker
) -> None:
    with lent_vhost(broker, "again") as uri:
        first = Users(vhost=uri, api=broker.api, database=users.database, prefix="again_")
        prepare.grant(first.settings())
        name, vhost = "again_stats", uri.rpartition("/")[2]
        with Management(broker.api) as management:
            everything = {"configure": ".*", "write": ".*", "read": ".*"}
            management.put("permissions", vhost, name, body=everything)
            management.put("permissions", "/", name, body=everything)
            management.put("users", name, body={"password": "x", "tags": "administrator"})

            later = Users(vhost=uri, api=broker.api, database=users.database, prefix="again_")
            prepare.grant(later.settings())

            [held] = management.get("users", name, "permissions")
            assert held["vhost"] == vhost and held["configure"] == "^$"
            assert management.get("users", name)["tags"] in ([], "")
        with pytest.raises(AccessRefused):
            open_connection(first.uri("stats", BROKER))
        drop(open_connection(later.uri("stats", BROKER)))


def test_who_is_no_administrator_of_the_broker_is_told_so(
    users: Users, broker: Broker | GivenBroker
) -> None:
    weak = as_user(users.vhost, "granted_stats", users.passwords["stats"])
    settings = users.settings(AMQP_ADMIN_URI=weak, RABBITMQ_API=as_user(
        broker.api, "granted_stats", users.passwords["stats"]),
        STATS_AMQP_URI=users.uri("stats", BROKER).replace("granted_stats", "granted_other"))
    with pytest.raises(ManagementRefused, match="not an administrator"):
        prepare.grant(settings)
