"""A bus in memory: from outboxes to handlers by the rules of relay, broker and consumers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from kernel.broker import Message, Settled
from kernel.clock import system_clock
from kernel.consume.batch import Heard, Work
from kernel.consume.desk import Desk
from kernel.consume.fate import past_of
from kernel.consume.intake import Refused, message_of
from kernel.relay.carry import Carrier
from kernel.relay.relay import ROUND
from kernel.relay.rows import Row, Rows
from kernel.relay.turns import Told
from kernel.topology import FLOWS, RUNGS, Flow
from kernel.transaction import Transactions


class MemoryBus:
    """Carries facts between services in one process, for tests of whole journeys.

    `outboxes` by service; `reactions` by queue, as the services' entrypoints call them. Rungs take
    no time. With `copies` > 1 every fact arrives that often, as a broker may deliver it.
    """

    def __init__(
        self,
        outboxes: Mapping[str, Transactions],
        reactions: Mapping[str, Work],
        *,
        flows: Sequence[Flow] = tuple(FLOWS.values()),
        rungs: Sequence[float] = RUNGS,
        copies: int = 1,
        now: Callable[[], datetime] = system_clock,
    ) -> None:
        self._now = now
        self._exchanges = _Exchanges(flows, rungs, copies)
        self._outboxes = [
            (Rows(outbox.database, outbox.vault), Told()) for outbox in outboxes.values()
        ]
        move = self._exchanges.move
        self._desks = [
            (flow, Desk(flow, reactions[flow.queue], move=move, rungs=rungs, now=now))
            for flow in flows
            if flow.queue in reactions
        ]

    @property
    def queues(self) -> Mapping[str, Sequence[Message]]:
        """What lies in every queue, `<queue>.parked` among them."""
        return self._exchanges.queues

    def publish(self, message: Message) -> bool:
        """Put a message on the bus as an outsider would; whether any queue took it."""
        return self._exchanges.publish(message)

    def deliver(self) -> None:
        """Carry and handle until nothing moves any more.

        What a handler kept in hand (Unavailable) stays in its queue for the next call.
        """
        moving = True
        while moving:
            carried = [self._carry(rows, told) for rows, told in self._outboxes]
            heard = [self._hear(flow, desk) for flow, desk in self._desks]
            moving = any([*carried, *heard, self._exchanges.climb_down()])

    def _carry(self, rows: Rows, told: Told) -> bool:
        carrier = Carrier(_Publishing(self._exchanges), rows, told, now=self._now)
        carrier.carry(rows.pending(ROUND))
        return carrier.carried > 0

    def _hear(self, flow: Flow, desk: Desk) -> bool:
        """Hand in one batch; whether any message left the queue."""
        queue = self._exchanges.queues[flow.queue]
        hand = _Hand(queue, min(len(queue), desk.most))
        refused = [one for one in hand.messages if isinstance(one, Refused)]
        heard = [one for one in hand.messages if isinstance(one, Heard)]
        if refused:
            desk.refuse(hand, refused)
        if heard:
            desk.handle(hand, heard)
        return hand.leave()


class _Exchanges:
    def __init__(self, flows: Sequence[Flow], rungs: Sequence[float], copies: int) -> None:
        self._flows = flows
        self._copies = copies
        self._rungs = {flow.rung(seconds): flow.queue for flow in flows for seconds in rungs}
        names = [name for flow in flows for name in (flow.queue, flow.parked)]
        self.queues: dict[str, deque[Message]] = {name: deque() for name in [*names, *self._rungs]}

    def publish(self, message: Message) -> bool:
        if not message.exchange:
            queues = [message.routing_key] if message.routing_key in self.queues else []
        else:
            queues = [
                flow.queue
                for flow in self._flows
                if flow.exchange == message.exchange and message.routing_key in flow.facts
            ]
        for name in queues:
            self.queues[name].extend([message] * self._copies)
        return bool(queues)

    def move(self, messages: Mapping[int, Message]) -> set[int]:
        for message in messages.values():
            self.queues[message.routing_key].append(message)
        return set(messages)

    def climb_down(self) -> bool:
        """The time on every rung is up."""
        moved = False
        for rung, queue in self._rungs.items():
            moved |= bool(self.queues[rung])
            self.queues[queue].extend(self.queues[rung])
            self.queues[rung].clear()
        return moved


class _Publishing:
    """Confirms or returns at once."""

    def __init__(self, exchanges: _Exchanges) -> None:
        self._exchanges = exchanges
        self._settled: list[Settled] = []

    @property
    def open(self) -> int:
        return len(self._settled)

    def send(self, message: Message, token: Row) -> None:
        if self._exchanges.publish(message):
            self._settled.append(Settled(token=token, end="confirmed"))
        else:
            reason = f"no queue takes {message.routing_key} from exchange {message.exchange!r}"
            self._settled.append(Settled(token=token, end="returned", reason=reason))

    def settled(self, *, within: float) -> list[Settled]:  # nothing takes time
        ends, self._settled = self._settled, []
        return ends


class _Hand:
    """Messages taken from the head of a queue; those not acknowledged go back to their place."""

    def __init__(self, queue: deque[Message], most: int) -> None:
        self._queue = queue
        self._taken = {tag: queue.popleft() for tag in range(most)}
        self._acked: set[int] = set()
        self.messages = [_seen(tag, message) for tag, message in self._taken.items()]
        self.over = False

    def ack(self, tags: Sequence[int]) -> None:
        self._acked.update(tags)

    def wait(self, seconds: float) -> None:
        self.over = self.over or seconds > 0

    def leave(self) -> bool:
        kept = [message for tag, message in self._taken.items() if tag not in self._acked]
        self._queue.extendleft(reversed(kept))
        return bool(self._acked)


def _seen(tag: int, message: Message) -> Heard | Refused:
    return message_of(
        tag,
        message.body,
        past=past_of(message.headers),
        properties={"message_id": message.message_id, "content_type": message.content_type},
    )
