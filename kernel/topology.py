"""Exchanges and queues: one catalogue of who hears what, declared before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import amqp
from amqp.exceptions import ChannelError

import contracts  # noqa: F401  (fills the catalogue)
from contracts.event import CATALOGUE, Fact

FACTS = "xiangxin.facts"
PRIVATE = "xiangxin.private"

RUNGS = (5.0, 30.0, 300.0, 1800.0)  # seconds a failing message waits, one after the other
DELIVERY_LIMIT = 50  # returns by dying consumers before a message is set apart
SUSPECT_LIMIT = 3  # returns once it is handled alone
UNLIMITED = 2**31 - 1  # looking at parked messages returns them; RabbitMQ 4 would count to 20


Step = tuple[str, Callable[[amqp.Channel], None]]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One reason to consume: a queue, the facts bound to it, how many are taken at a time."""

    queue: str
    facts: tuple[str, ...]
    private: bool = False
    batch: int = 1

    @property
    def service(self) -> str:
        return self.queue.partition(".")[0]

    @property
    def exchange(self) -> str:
        return PRIVATE if self.private else FACTS

    @property
    def parked(self) -> str:
        """Where messages end that need a person; no expiry, no limit."""
        return f"{self.queue}.parked"

    @property
    def suspects(self) -> str:
        """Messages whose consumer died too often; taken one at a time, so that bystanders pass."""
        return f"{self.queue}.suspects"

    def rung(self, seconds: float) -> str:
        return f"{self.queue}.retry.{length(seconds)}"


class WrongTopology(Exception):
    """The broker has not what the catalogue says; `faults` has one sentence per queue."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def _public_but(*left_out: str) -> tuple[str, ...]:
    return tuple(
        key for key, fact in sorted(CATALOGUE.items()) if not fact.private and key not in left_out
    )


def _flows(*flows: Flow) -> dict[str, Flow]:
    return {flow.queue: flow for flow in flows}


FLOWS: dict[str, Flow] = _flows(
    Flow(
        queue="volunteers.credit-hours",
        facts=(
            "events.scanned_in.v1",
            "events.scanned_out.v1",
            "events.attendance_recorded.v1",
            "events.session_moved.v1",
            "events.session_cancelled.v1",
        ),
        batch=200,
    ),
    Flow(
        queue="volunteers.keep-names",
        facts=("events.contact_recorded.v1",),
        private=True,
        batch=50,
    ),
    Flow(
        queue="volunteers.know-persons",
        facts=("events.contact_recorded.v1",),
        private=True,
        batch=50,
    ),
    Flow(
        queue="events.keep-qualifications",
        facts=(
            "volunteers.qualification_recorded.v1",
            "volunteers.qualification_expired.v1",
        ),
        batch=50,
    ),
    Flow(
        queue="volunteers.watch-duties",
        facts=(
            "events.session_scheduled.v1",
            "events.session_moved.v1",
            "events.session_cancelled.v1",
            "events.session_closed.v1",
        ),
        batch=50,
    ),
    Flow(
        queue="notifications.write-messages",
        facts=(
            "events.signup_confirmed.v1",
            "events.signup_waitlisted.v1",
            "events.signup_promoted.v1",
            "events.signup_cancelled.v1",
            "events.signup_pending.v1",
            "events.seat_offered.v1",
            "events.signup_lapsed.v1",
            "events.signup_moved.v1",
            "events.reminder_due.v1",
            "volunteers.hours_credited.v1",
            "volunteers.hours_held.v1",
            "volunteers.hours_corrected.v1",
            "volunteers.correction_decided.v1",
        ),
        batch=50,
    ),
    Flow(
        queue="notifications.ask-guardians",
        facts=("events.consent_requested.v1",),
        private=True,
    ),
    Flow(
        queue="notifications.keep-contacts",
        facts=("events.contact_recorded.v1",),
        private=True,
    ),
    Flow(
        queue="stats.fold-figures",
        facts=_public_but("events.scanned_in.v1", "events.scanned_out.v1"),
        batch=200,
    ),
)


def exchange_of(fact: type[Fact]) -> str:
    """The exchange that carries the fact: contact details travel apart."""
    return PRIVATE if fact.private else FACTS


def length(seconds: float) -> str:
    """A rung's length as it stands in the queue's name: `5s`, `30m`, `250ms`."""
    milliseconds = round(seconds * 1000)
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds >= size and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


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
