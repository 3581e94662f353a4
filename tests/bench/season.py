"""Facts of a long season in the order in which life tells them, straight into the log or a queue.

`python -W ignore -m tests.bench.season AMQP_URI FACTS [QUEUE]`. Each is a fact of our contracts in
its envelope, written by the contracts' own code, with ids of the length that services give; only
the way by outbox, relay and exchange is left out. A session is scheduled and twelve parties sign
up, each told by SMS, some days before it; on its day twelve attend and are credited, and it is
closed.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from contracts.event import Fact
from contracts.session import SessionRef
from kernel.broker import Message, Publisher
from kernel.clock import new_id
from kernel.envelope import Envelope, wrap
from kernel.topology import LOG
from tests.bench.servers import WINDOW, connected
from tests.unit.stats.builders import (
    MORNING,
    a_session,
    attended,
    closed,
    credited,
    delivered,
    published,
    scheduled,
    signed_up,
    submitted,
)

CREW, PEOPLE, DAYS, STREETS = 12, 20_000, 270, ("大鹏", "葵涌", "南澳")
PER_SESSION = 2 + 5 * CREW
AHEAD = 50  # sessions between signing up and the day
TOLD_EVERY = 50_000
Told = tuple[Fact, datetime]


def sessions_in(facts: int) -> int:
    return max(1, facts // PER_SESSION)


def season(facts: int) -> Iterator[Envelope]:
    """About so many, from the first day to the last."""
    counts, count = Counter[str](), sessions_in(facts)
    for fact, at in _facts(count):
        subject = fact.subject()
        counts[subject] += 1
        yield wrap(fact, id=new_id(), source="/bench", sequence=counts[subject], time=at)


def _facts(count: int) -> Iterator[Told]:
    people = [new_id() for _ in range(PEOPLE)]
    coming = deque[tuple[SessionRef, list[str]]]()
    yield published(), MORNING - timedelta(days=DAYS)
    for number in range(count):
        start = MORNING - timedelta(days=DAYS - number * DAYS // count)
        session = a_session(session_id=new_id(), activity_id=new_id(), starts_at=start,
                            street=STREETS[number % 3], ends_at=start + timedelta(minutes=90))
        crew = [people[(number * CREW + at) % PEOPLE] for at in range(CREW)]
        yield from _before(session, crew)
        coming.append((session, crew))
        if len(coming) > AHEAD:
            yield from _on_the_day(*coming.popleft())
    for session, crew in coming:
        yield from _on_the_day(session, crew)


def _before(session: SessionRef, crew: list[str]) -> Iterator[Told]:
    at = session.starts_at - timedelta(days=2)
    yield scheduled(session, capacity=20), at
    for person in crew:
        message = new_id()
        yield signed_up(new_id(), person, session=session), at
        yield submitted(message), at
        yield delivered(message), at + timedelta(seconds=3)


def _on_the_day(session: SessionRef, crew: list[str]) -> Iterator[Told]:
    for person in crew:
        yield attended(person, session), session.ends_at
    for person in crew:
        yield credited(person, session, entry=new_id()), session.ends_at
    yield closed(session, served=100), session.ends_at


def tell(uri: str, facts: int, queue: str = LOG.queue) -> None:
    """All of them confirmed by the broker, pipelined; says how far it is."""
    began, envelopes, told = time.monotonic(), season(facts), 0
    with connected(uri) as connection:
        publisher = Publisher(connection)
        while some := list(islice(envelopes, WINDOW)):
            for one in some:
                publisher.send(Message(body=one.to_json().encode(), exchange="",
                                       routing_key=queue, message_id=one.id), one.id)
            publisher.settle_all()
            told += len(some)
            if told % TOLD_EVERY < WINDOW:
                print(f"  {told:,} facts told after {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    tell(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
