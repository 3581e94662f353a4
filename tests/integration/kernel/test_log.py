"""The log of public facts on a real broker: read up to a mark, from any place, or not there."""

from __future__ import annotations

import pytest

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.declaring import Kept, WrongTopology, declare, verify
from kernel.log import Log, NoLog
from kernel.topology import FACTS, FLOWS, LOG

KEPT = Kept(days=30, gigabytes=1)
FLOW = FLOWS["stats.fold-figures"]


def declared(uri: str, kept: Kept | None = KEPT) -> None:
    connection = open_connection(uri)
    try:
        declare(connection, flows=[FLOW], rungs=(0.3,), kept=kept)
    finally:
        drop(connection)


def publish(uri: str, *bodies: bytes, key: str = LOG.facts[0]) -> list[str]:
    """How each publish ended."""
    connection = open_connection(uri)
    try:
        publisher = Publisher(connection)
        for number, body in enumerate(bodies):
            publisher.send(Message(body=body, exchange=FACTS, routing_key=key,
                                   message_id=str(number)), number)
        return [end.end for end in publisher.settle_all()]
    finally:
        drop(connection)


def read(log: Log, since: int = 0) -> list[tuple[int, bytes]]:
    return [(entry.offset, entry.body) for entries in log.read(since=since, until=log.mark())
            for entry in entries]


def test_what_was_told_before_the_mark_is_read_from_any_place(vhost: str) -> None:
    declared(vhost)
    log = Log(uri=vhost)
    publish(vhost, b"one", b"two")
    log.mark()
    publish(vhost, b"three")

    assert read(log) == [(0, b"one"), (1, b"two"), (3, b"three")]
    assert read(log, since=1) == [(1, b"two"), (3, b"three")]
    assert log.depth(FLOW.queue) == 3


def test_a_fact_that_no_queue_wants_is_still_returned(vhost: str) -> None:
    declared(vhost)

    assert publish(vhost, b"lost", key="nobody.asked_for_it.v1") == ["returned"]
    assert read(Log(uri=vhost)) == []


def test_a_broker_without_a_log_says_so(vhost: str) -> None:
    declared(vhost, kept=None)
    with pytest.raises(NoLog, match="topology declare"):
        Log(uri=vhost).mark()

    connection = open_connection(vhost)
    try:
        with pytest.raises(WrongTopology, match=LOG.queue):
            verify(connection, flows=[FLOW], rungs=(0.3,), kept=KEPT)
    finally:
        drop(connection)


def test_a_log_with_other_limits_is_named(vhost: str) -> None:
    declared(vhost)

    with pytest.raises(WrongTopology, match="x-max-age"):
        declared(vhost, kept=Kept(days=60, gigabytes=1))
