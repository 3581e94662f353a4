"""On the real broker: what a subscriber may not do is refused, and what it can see is written down.

Written out operation by operation, by what RabbitMQ can be asked for, not by what is granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import amqp
import pytest
import requests
from amqp.exceptions import AccessRefused, NotAllowed

from contracts.event import CATALOGUE
from kernel.amqp_uri import with_vhost
from kernel.broker import drop, open_connection
from kernel.topology import FACTS as OURS
from services.city import topology
from tests.rig.abroad import Abroad
from tests.rig.outsider import Outsider, Typed, added

VISIT = "events.visit_recorded.v1"
MANY = ("--connections", "100")  # a refusal ends a channel, and the broker counts with a delay
PRIVATE = sorted(key for key, fact in CATALOGUE.items() if fact.private)
Step = Callable[[amqp.Channel], object]


@contextmanager
def connected(outsider: Outsider) -> Iterator[amqp.Connection]:
    connection = outsider.connect()
    try:
        yield connection
    finally:
        drop(connection)


def is_refused(connection: amqp.Connection, step: Step) -> bool:
    """Whether the broker refuses because of who asks; any other refusal is an error."""
    try:
        step(connection.channel())
    except AccessRefused:
        return True
    return False


def let_through(outsider: Outsider, steps: dict[str, Step]) -> list[str]:
    """Those that the broker does not refuse."""
    with connected(outsider) as connection:
        return [what for what, step in steps.items() if not is_refused(connection, step)]


def publish(exchange: str, key: str) -> Step:
    def step(channel: amqp.Channel) -> None:
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message(b"{}"), exchange, key)

    return step


def hear(queue: str) -> Step:
    def step(channel: amqp.Channel) -> None:
        channel.basic_qos(0, 1, False)
        channel.basic_consume(queue, callback=print, arguments={"x-stream-offset": "first"}
                              if queue == topology.LOG else None)

    return step


def asked(method: str, *arguments: str, **how: bool) -> Step:
    return lambda channel: getattr(channel, method)(*arguments, **how)


def forbidden(own: str, others: str) -> dict[str, Step]:
    """Every operation of AMQP that changes or reads what is not its own, by what it would do."""
    here = (own, others, topology.LOG, topology.DROPPED)
    return {
        **{f"publish to {exchange or 'the nameless exchange'} as {key}": publish(exchange, key)
           for exchange in (topology.FACTS, topology.DROPS, "", "amq.topic", "amq.fanout")
           for key in (VISIT, own, others, topology.DROPPED, *PRIVATE)},
        **{f"read {queue}": hear(queue) for queue in here if queue != own},
        **{f"fetch from {queue}": asked("basic_get", queue)
           for queue in (others, topology.DROPPED)},
        **{f"purge {queue}": asked("queue_purge", queue) for queue in here if queue != own},
        **{f"delete {queue}": asked("queue_delete", queue) for queue in here},
        **{f"unbind {queue}": asked("queue_unbind", queue, topology.FACTS, VISIT)
           for queue in here},
        **{f"bind {queue} to {exchange} by {key}": asked("queue_bind", queue, exchange, key)
           for queue in here for exchange in (topology.FACTS, topology.DROPS)
           for key in ("#", VISIT, *PRIVATE)},
        "make a queue": asked("queue_declare", f"{own}.more", durable=True, auto_delete=False),
        "make a queue of its connection": asked("queue_declare", "", exclusive=True),
        "make its own queue anew": asked("queue_declare", own, durable=True, auto_delete=False),
        "make an exchange": asked("exchange_declare", f"{own}.x", "topic"),
        "delete the exchange": asked("exchange_delete", topology.FACTS),
        "bind the exchange to another": asked("exchange_bind", "amq.topic", topology.FACTS, "#"),
    }


@pytest.fixture
def pair(typed: Typed, name: str, other: str) -> tuple[Outsider, Outsider]:
    """One with a narrow grant, and another."""
    return added(typed, name, "--facts", VISIT, *MANY), added(typed, other, "--facts", "events.#")


def test_nothing_but_its_own_queue_is_read_and_nothing_is_changed(
    abroad: Abroad, pair: tuple[Outsider, Outsider]
) -> None:
    outsider, others = pair
    steps = forbidden(outsider.queue, others.queue)

    assert let_through(outsider, steps) == [] and len(steps) > 90
    assert let_through(outsider, {"hear": hear(outsider.queue)}) == ["hear"]
    connection = open_connection(abroad.outside)
    for queue in (outsider.queue, others.queue, topology.LOG, topology.DROPPED):
        assert connection.channel().queue_declare(queue, passive=True).message_count == 0
    drop(connection)


def test_who_may_hear_everything_reads_the_stream_and_changes_nothing_either(
    typed: Typed, name: str, other: str
) -> None:
    outsider = added(typed, name, "--facts", "#", *MANY)
    others = added(typed, other, "--facts", VISIT)
    steps = forbidden(outsider.queue, others.queue)
    read, purge = steps.pop(f"read {topology.LOG}"), steps.pop(f"purge {topology.LOG}")

    assert let_through(outsider, steps) == []
    assert let_through(outsider, {"read": read}) == ["read"]
    with pytest.raises(amqp.AMQPNotImplementedError):  # of a stream nothing can be thrown away
        let_through(outsider, {"purge": purge})


def test_no_other_virtual_host_lets_it_in(abroad: Abroad, pair: tuple[Outsider, Outsider]) -> None:
    ours = urlsplit(abroad.queues.uri).path[1:]
    for vhost in (ours, "/"):
        with pytest.raises(NotAllowed, match="access to vhost"):
            open_connection(with_vhost(pair[0].uri, vhost))


def test_the_management_api_does_not_know_it(
    abroad: Abroad, pair: tuple[Outsider, Outsider]
) -> None:
    login, api = urlsplit(pair[0].uri), urlsplit(abroad.told["RABBITMQ_API"])
    for path in ("overview", "whoami", "connections", "queues", "users", "definitions"):
        answer = requests.get(f"http://{api.hostname}:{api.port}/api/{path}", timeout=10,
                              auth=(str(login.username), str(login.password)))
        assert answer.status_code == 401, path


def test_what_the_broker_lets_everybody_do_is_known(pair: tuple[Outsider, Outsider]) -> None:
    """RabbitMQ lets whoever may read a queue purge it: of its own it loses what it throws away, and
    finds it in the feed. And it tells everybody in the virtual host how many messages wait in a
    queue whose name they know (docs/operating.md)."""
    outsider, others = pair
    with connected(outsider) as connection:
        channel = connection.channel()
        channel.queue_purge(outsider.queue)
        assert channel.queue_declare(others.queue, passive=True).message_count == 0


def test_what_is_ours_is_not_even_known_by_name_there(
    pair: tuple[Outsider, Outsider]
) -> None:
    with connected(pair[0]) as connection, pytest.raises(amqp.NotFound):
        connection.channel().exchange_declare(OURS, "topic", passive=True)
