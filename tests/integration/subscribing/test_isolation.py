"""One subscriber that does all it can to be in the way: nothing of ours waits, and no other one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import amqp
import pytest

from kernel.broker import drop
from services.city.bridge.copying import QUEUE
from tests.rig.abroad import Abroad
from tests.rig.outsider import Outsider, Typed, added
from tests.waiting import eventually

MANY = 3000


@contextmanager
def flooding(bad: Outsider) -> Iterator[list[str]]:
    """It asks for connection after connection; why each beyond its limit was refused."""
    stop, refused = threading.Event(), list[str]()

    def flood() -> None:
        while not stop.is_set():
            try:
                drop(bad.connect())
                refused.append("let in")
            except (amqp.AMQPError, OSError) as fault:
                refused.append(str(fault))
            bad.beat()

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield refused
    finally:
        stop.set()
        thread.join()


@pytest.mark.chaos
def test_it_never_acknowledges_floods_and_overflows_and_the_other_hears_everything_in_order(
    abroad: Abroad, typed: Typed, name: str, other: str
) -> None:
    bad = added(typed, name, "--facts", "#", "--connections", "1", "--megabytes", "1")
    good = added(typed, other, "--facts", "events.visit_recorded.v1")
    bad.listen(prefetch=0, acknowledges=False)
    abroad.relay().start(ready=False)
    abroad.bridge().start()

    with flooding(bad) as refused:
        abroad.tell_of_one(MANY)
        good.listen()
        heard = good.hear(MANY)

    assert [int(fact["sequence"]) for fact in heard] == [*range(1, MANY + 1)]
    assert abroad.store.feed.last() == MANY
    eventually(lambda: abroad.queues.depth(QUEUE) == 0)  # nothing of ours waits
    assert len(refused) > 10 and all("connection limit (1)" in why for why in refused)
    for each in (bad, good):
        each.leave()
