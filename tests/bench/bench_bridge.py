"""How fast one bridge copies facts to the city, with their positions, and whether its memory stays
flat meanwhile.

`python -W ignore -m tests.bench.bench_bridge [facts]`; on servers of its own. Facts are those of
`tests/bench/season.py`, put into the bridge's queue by another process before it starts. The same
messages are first only taken out of the queue, so that the ratio is comparable between machines.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ops.parts import open_broker, open_database
from services.city.bridge.copying import QUEUE
from tests.bench.servers import connected
from tests.bench.spent import megabytes, share, spent
from tests.rig.abroad import Abroad
from tests.rig.process import ROOT

TENTHS = 10


@contextmanager
def going_abroad(prefix: str) -> Iterator[Abroad]:
    """A rig with the city's side on servers of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("broker", "database", "logs")]
        for path in paths:
            path.mkdir()
        with open_broker(paths[0]) as broker, open_database(paths[1]) as server:
            abroad = Abroad(broker=broker, vhost=broker.add_vhost(prefix.strip("_")),
                            mongodb_uri=server.uri, prefix=prefix, folder=paths[2])
            try:
                yield abroad
            finally:
                abroad.close()


def tell(abroad: Abroad, facts: int) -> int:
    """How many wait for the bridge."""
    subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.bench.season", abroad.queues.uri,
                    str(facts), QUEUE], cwd=ROOT, check=True)
    return abroad.queues.depth(QUEUE)


def emptied(uri: str) -> float:
    """Seconds in which everything in the queue is taken out and acknowledged, nothing done."""
    with connected(uri) as connection:
        channel = connection.channel()
        channel.basic_qos(0, 600, False)
        began, count = time.perf_counter(), 0
        waiting = channel.queue_declare(QUEUE, passive=True).message_count

        def came(message: object) -> None:
            nonlocal count
            count += 1
            if count % 200 == 0 or count == waiting:
                channel.basic_ack(message.delivery_tag, multiple=True)  # type: ignore[attr-defined]

        channel.basic_consume(QUEUE, callback=came)
        while count < waiting:
            connection.drain_events(timeout=30)
        return time.perf_counter() - began


def copied(abroad: Abroad, count: int) -> tuple[float, list[float]]:
    """Seconds until all have their position, and the bridge's memory after each tenth."""
    bridge, seen = abroad.bridge(), list[float]()
    before, began = spent(), time.perf_counter()
    bridge.start()
    while (last := abroad.store.feed.last()) < count:
        if last >= count * (len(seen) + 1) // (TENTHS + 1) > 0:
            seen.append(megabytes(bridge.pid))
            print(f"  {last:,} after {time.perf_counter() - began:.0f} s", flush=True)
        time.sleep(0.2)
    seconds = time.perf_counter() - began
    print(f"  µs of processor a fact: {share(before, spent(), count)}")
    assert bridge.stop() == 0
    return seconds, seen


def run(facts: int) -> str:
    with going_abroad("bench_bridge_") as abroad:
        sample = tell(abroad, min(facts, 50_000))
        alone = sample / emptied(abroad.queues.uri)
        count = tell(abroad, facts)
        seconds, seen = copied(abroad, count)
    told = ", ".join(f"{each:.0f}" for each in seen)
    return (f"bridge: {count / seconds:.0f} facts/s, {count / seconds / alone:.2f} of the mere "
            f"taking out ({alone:.0f}/s); {told} MB after each tenth")


@pytest.mark.bench
def test_how_fast_facts_are_copied_to_the_city() -> None:
    print(run(30_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000))
