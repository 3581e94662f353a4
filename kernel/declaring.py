"""The catalogue at the broker: queues and exchanges made by one command, verified at readiness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import amqp
from amqp.exceptions import ChannelError

from kernel.topology import FACTS, FLOWS, LOG, MARKS, PRIVATE, RUNGS, Flow, Log

DELIVERY_LIMIT = 50  # returns by dying consumers before a message is set apart
SUSPECT_LIMIT = 3  # returns once it is handled alone
GIGABYTE = 10**9
UNLIMITED = 2**31 - 1  # looking at parked messages returns them; RabbitMQ 4 would count to 20


Step = tuple[str, Callable[[amqp.Channel], None]]


class WrongTopology(Exception):
    """The broker has not what the catalogue says; `faults` has one sentence per queue."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How much of the log is kept: whichever is reached first drops the oldest facts. The broker
    takes other limits for an existing log by a policy only."""

    days: int
    gigabytes: int
    log: Log = LOG


@dataclass(frozen=True, kw_only=True)
class _Queue:
    name: str
    arguments: dict[str, Any]


def _queues(flow: Flow, rungs: Sequence[float]) -> Iterator[_Queue]:
    yield _Queue(name=flow.parked, arguments=_quorum({"x-delivery-limit": UNLIMITED}))
    if flow.ordered:
        alone = {"x-single-active-consumer": True, "x-delivery-limit": UNLIMITED}
        yield _Queue(name=flow.queue, arguments=_quorum(alone))
        return
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
    kept: Kept | None = None,
) -> None:
    """Make what is missing; safe to repeat. `kept` asks for the log as well. Raises WrongTopology
    naming what exists otherwise."""
    faults = list(_declared(connection, _steps(flows, rungs, kept, passive=False)))
    if faults:
        raise WrongTopology(faults)


def verify(
    connection: amqp.Connection,
    *,
    flows: Sequence[Flow] = tuple(FLOWS.values()),
    rungs: Sequence[float] = RUNGS,
    kept: Kept | None = None,
) -> None:
    """Look without making anything. Raises WrongTopology naming every exchange or queue missing.

    AMQP cannot show bindings: a missing one is seen as a blocked fact.
    """
    faults = list(_declared(connection, _steps(flows, rungs, kept, passive=True)))
    if faults:
        raise WrongTopology(faults)


def _declared(connection: amqp.Connection, steps: Iterable[Step]) -> Iterator[str]:
    for name, step in steps:
        channel = connection.channel()  # its own: the broker closes one on which a step failed
        try:
            step(channel)
        except ChannelError as error:
            yield f"{name}: {error.reply_text}"
        else:
            channel.close()


def _steps(flows: Sequence[Flow], rungs: Sequence[float], kept: Kept | None, *,
           passive: bool) -> Iterator[Step]:
    lasting = {"durable": True, "auto_delete": False, "passive": passive}
    for queue in (*(queue for flow in flows for queue in _queues(flow, rungs)), *_logs(kept)):
        yield queue.name, partial(_queue_declared, queue, lasting)
    for name in (*dict.fromkeys(flow.moves for flow in flows), *([MARKS] if kept else [])):
        yield name, partial(_exchange_declared, name, "direct", lasting)
    for name in (FACTS, PRIVATE):  # late: a relay sends as soon as there is an exchange
        yield name, partial(_exchange_declared, name, "topic", lasting)
    if passive:
        return
    for bound in _bindings(flows, rungs, kept):
        yield f"{bound[0]} for {bound[2]}", partial(_queue_bound, *bound)


def _bindings(
    flows: Sequence[Flow], rungs: Sequence[float], kept: Kept | None
) -> Iterator[tuple[str, str, str]]:
    """(queue, exchange, key) of each; moves first, for what is heard may have to move at once."""
    for flow in flows:
        for queue in {*flow.working(rungs), flow.parked} - {flow.suspects}:
            yield queue, flow.moves, queue
    yield from ((flow.queue, flow.exchange, key) for flow in flows for key in flow.facts)
    if kept:
        yield kept.log.queue, MARKS, kept.log.queue
        yield from ((kept.log.queue, FACTS, key) for key in kept.log.facts)


def _logs(kept: Kept | None) -> Iterator[_Queue]:
    if kept is not None:
        yield _Queue(name=kept.log.queue, arguments={
            "x-queue-type": "stream", "x-max-age": f"{kept.days}D",
            "x-max-length-bytes": kept.gigabytes * GIGABYTE,
        })


def _exchange_declared(
    name: str, kind: str, lasting: dict[str, bool], channel: amqp.Channel
) -> None:
    channel.exchange_declare(name, kind, **lasting)


def _queue_declared(queue: _Queue, lasting: dict[str, bool], channel: amqp.Channel) -> None:
    channel.queue_declare(queue.name, arguments=queue.arguments, **lasting)


def _queue_bound(queue: str, exchange: str, key: str, channel: amqp.Channel) -> None:
    channel.queue_bind(queue, exchange, key)
