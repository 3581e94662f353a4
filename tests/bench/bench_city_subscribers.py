"""What subscribers cost: facts a second through one bridge to twenty of them, and the time of a
message of ours on the same broker, with and without one that misbehaves.

`python -W ignore -m tests.bench.bench_city_subscribers [facts]`; on servers of its own. Rounds
without and with the bad one take turns, so that the ratio of their rates says more than either: it
hears without ever acknowledging, in the one connection that it may have, asks for others as fast as
they are refused, and its queue of one megabyte drops most of what comes.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import median
from typing import IO

import amqp
import pytest

from kernel.broker import Message, Publisher, drop, open_connection
from ops.outsiders import open_outsiders, uri_of
from ops.subscriber import opened
from services.city.usecases import subscribing
from tests.bench.bench_bridge import going_abroad, tell
from tests.bench.servers import connected
from tests.bench.spent import megabytes
from tests.rig.abroad import Abroad
from tests.rig.process import ROOT

GOOD, ROUNDS = 20, 4
PROBED, EVERY = "bench.probes", 0.02  # seconds between two messages of ours
BAD = "never-acknowledges"


@dataclass(frozen=True, kw_only=True)
class Round:
    """Rates to the feed and to all subscribers, our own messages' times in milliseconds, and the
    bridge's memory in MB at the end."""

    copied: float
    heard: float
    p50: float
    p99: float
    memory: float


def added(abroad: Abroad, name: str, *, connections: int = 2,
          megabytes: int = 100) -> tuple[str, str]:
    """URI and queue of a new subscriber that hears everything."""
    password = secrets.token_urlsafe(24)
    with opened(abroad.settings, "add") as register, open_outsiders(abroad.settings) as broker:
        one = subscribing.drafted(register, name, ["#"], token=secrets.token_urlsafe(24),
                                  most_connections=connections, queue_megabytes=megabytes)
        broker.enter(one, password)
        broker.settle(one)
        subscribing.keep_new(register, one)
    return uri_of(abroad.settings, one, password), one.queue


def removed(abroad: Abroad, name: str) -> None:
    with opened(abroad.settings, "remove") as register, open_outsiders(abroad.settings) as broker:
        broker.forget(subscribing.known(register, name))
        subscribing.forget(register, name)


@contextmanager
def misbehaving(abroad: Abroad) -> Iterator[None]:
    """One that takes and keeps, and floods with connections that are refused."""
    uri, queue = added(abroad, BAD, connections=1, megabytes=1)
    stop, connection = threading.Event(), open_connection(uri)
    channel = connection.channel()
    channel.basic_consume(queue, callback=lambda _: None)

    def flood() -> None:
        while not stop.is_set():
            with suppress(amqp.AMQPError, OSError):  # refused, as it should be
                drop(open_connection(uri))
            with suppress(TimeoutError):
                connection.drain_events(timeout=0.001)
            connection.heartbeat_tick()  # else the broker would end it

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        drop(connection)
        removed(abroad, BAD)


@contextmanager
def probed(uri: str) -> Iterator[list[float]]:
    """Seconds from publishing a message of ours to having it, one after the other."""
    stop, took = threading.Event(), list[float]()

    def probe() -> None:
        with connected(uri) as connection:
            channel, came = connection.channel(), list[object]()
            channel.queue_declare(PROBED, durable=True, auto_delete=False,
                                  arguments={"x-queue-type": "quorum"})
            channel.basic_consume(PROBED, callback=came.append, no_ack=True)
            publisher = Publisher(connection)
            while not stop.wait(EVERY):
                began = time.perf_counter()
                publisher.send(Message(body=b"{}", exchange="", routing_key=PROBED,
                                       message_id="probe"), None)
                while not came:
                    connection.drain_events(timeout=20)
                took.append(time.perf_counter() - began)
                came.clear()
                publisher.settled(within=0)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


@contextmanager
def hearing(uris: list[tuple[str, str]], count: int) -> Iterator[IO[str]]:
    """All of them hear, in one other process; it says `done` here when each has had so many."""
    with subprocess.Popen([sys.executable, "-W", "ignore", "-m", "tests.bench.outsiders",
                           str(count)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as hearers:
        assert hearers.stdin and hearers.stdout
        hearers.stdin.write("".join(f"{uri} {queue}\n" for uri, queue in uris))
        hearers.stdin.close()
        assert hearers.stdout.readline() == "listening\n"
        try:
            yield hearers.stdout
            assert hearers.wait() == 0
        finally:
            hearers.kill()


def went(abroad: Abroad, uris: list[tuple[str, str]], facts: int) -> Round:
    """So many facts more, from the bridge's queue to everybody."""
    count, before = tell(abroad, facts), abroad.store.feed.last()
    bridge = abroad.bridge()
    with hearing(uris, count) as said, probed(abroad.queues.uri) as took:
        bridge.start()
        while (first := abroad.store.feed.last()) == before:
            time.sleep(0.01)  # it starts; its first batch counts for nobody
        began = time.perf_counter()
        while abroad.store.feed.last() < before + count:
            time.sleep(0.1)
        copied = time.perf_counter() - began
        assert said.readline() == "done\n"
        heard = time.perf_counter() - began
    memory = megabytes(bridge.pid)
    assert bridge.stop() == 0
    took.sort()
    left = before + count - first
    return Round(copied=left / copied, heard=left * len(uris) / heard, memory=memory,
                 p50=median(took) * 1000, p99=took[int(len(took) * 0.99)] * 1000)


def run(facts: int) -> str:
    with going_abroad("bench_subscribers_") as abroad:
        uris = [added(abroad, f"bench-{number:02}") for number in range(GOOD)]
        return _compared(abroad, uris, facts)


def _compared(abroad: Abroad, uris: list[tuple[str, str]], facts: int) -> str:
    alone, beside = list[Round](), list[Round]()
    for _ in range(ROUNDS // 2):
        alone.append(went(abroad, uris, facts))
        print(f"  without: {alone[-1]}", flush=True)
        with misbehaving(abroad):
            beside.append(went(abroad, uris, facts))
        print(f"  with:    {beside[-1]}", flush=True)
    without, with_it = (median(each.copied for each in rounds) for rounds in (alone, beside))
    return (f"{len(uris)} subscribers: {without:.0f} facts/s through the bridge, {with_it:.0f} "
            f"beside one that misbehaves ({with_it / without:.2f}); "
            f"{median(each.heard for each in alone):.0f} and "
            f"{median(each.heard for each in beside):.0f} deliveries/s; our own messages p50 "
            f"{median(each.p50 for each in alone):.1f} and "
            f"{median(each.p50 for each in beside):.1f} ms, p99 "
            f"{median(each.p99 for each in alone):.0f} and "
            f"{median(each.p99 for each in beside):.0f} ms; the bridge took "
            f"{max(each.memory for each in (*alone, *beside)):.0f} MB at most")


@pytest.mark.bench
def test_how_fast_facts_come_to_subscribers_and_what_a_bad_one_costs() -> None:
    print(run(10_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
