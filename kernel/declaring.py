"""The catalogue at the broker: queues and exchanges made by one command, verified at readiness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import amqp
from amqp.exceptions import ChannelError

from kernel.topology import FACTS, FLOWS, PRIVATE, RUNGS, Flow

DELIVERY_LIMIT = 50  # returns by dying consumers before a message is set apart
SUSPECT_LIMIT = 3  # returns once it is handled alone
UNLIMITED = 2**31 - 1  # looking at parked messages returns them; RabbitMQ 4 would count to 20


Step = tuple[str, Callable[[amqp.Channel], None]]


class WrongTopology(Exception):
    """The broker has not what the catalogue says; `faults` has one sentence per queue."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class _Queue:
    name: str
    arguments: dict[str, Any]


def _queues(flow: Flow, rungs: Sequence[float]) -> Iterator[_Queue]:
    yield _Queue(name=flow.parked, arguments=_quorum({"x-delivery-limit": UNLIMITED}))
    suspects = _moving_on(flow.parked) | {"x-delivery-limit": SUSPECT_LIMIT}
    yield _Queue(name=flow.suspects, arguments=_quorum(suspects))
    main = _moving_on(flow.suspects) | {"x-delivery-limit": DELIVERY_LIMIT}
    yield _Queue(name=flow.queue, arguments=_quorum(main))
    for seconds in rungs:
        waiting = _moving_on(flow.queue) | {"x-message-ttl": round(seconds * 1000)}
        yield _Queue(name=flow.rung(seconds), arguments=_quorum(waiting))


def _quorum(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"x-queue-type": "quorum"} | arguments


def _moving_on(target: str) -> dict[str, Any]:
    """Dead letters reach the next queue at least once, whatever happens to the broker meanwhile."""
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": target,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare(
    connection: amqp.Connection,
    *,
    flows: Sequence[Flow] = tuple(FLOWS.values()),
    rungs: Sequence[float] = RUNGS,
) -> None:
    """Make what is missing; safe to repeat. Raises WrongTopology naming what exists otherwise."""
    faults = list(_declared(connection, flows, rungs, passive=False))
    if faults:
        raise WrongTopology(faults)


def verify(
    connection: amqp.Connection,
    *,
    flows: Sequence[Flow] = tuple(FLOWS.values()),
    rungs: Sequence[float] = RUNGS,
) -> None:
    """Look without making anything. Raises WrongTopology naming every exchange or queue missing.

    AMQP cannot show bindings: a missing one is seen as a blocked fact.
    """
    faults = list(_declared(connection, flows, rungs, passive=True))
    if faults:
        raise WrongTopology(faults)


def _declared(
    connection: amqp.Connection, flows: Sequence[Flow], rungs: Sequence[float], *, passive: bool
) -> Iterator[str]:
    for name, step in _steps(flows, rungs, passive=passive):
        channel = connection.channel()  # its own: the broker closes one on which a step failed
        try:
            step(channel)
        except ChannelError as error:
            yield f"{name}: {error.reply_text}"
        else:
            channel.close()


def _steps(flows: Sequence[Flow], rungs: Sequence[float], *, passive: bool) -> Iterator[Step]:
    lasting = {"durable": True, "auto_delete": False, "passive": passive}
    for flow in flows:
        for queue in _queues(flow, rungs):
            yield queue.name, partial(_queue_declared, queue, lasting)
    for name in (FACTS, PRIVATE):  # late: a relay sends as soon as there is an exchange
        yield name, partial(_exchange_declared, name, lasting)
    for flow in () if passive else flows:
        for key in flow.facts:
            yield f"{flow.queue} for {key}", partial(_queue_bound, flow, key)


def _exchange_declared(name: str, lasting: dict[str, bool], channel: amqp.Channel) -> None:
    channel.exchange_declare(name, "topic", **lasting)


def _queue_declared(queue: _Queue, lasting: dict[str, bool], channel: amqp.Channel) -> None:
    channel.queue_declare(queue.name, arguments=queue.arguments, **lasting)


def _queue_bound(flow: Flow, key: str, channel: amqp.Channel) -> None:
    channel.queue_bind(flow.queue, flow.exchange, key)
