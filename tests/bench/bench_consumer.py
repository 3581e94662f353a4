"""How many facts a consumer acts on, with inbox and one effect each, beside acknowledging only.

`python -m tests.bench.bench_consumer [count]`; on AMQP_URI and MONGODB_URI when they are set, else
on servers of its own. The consumer is a process of its own, under eventlet, as services run it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from kernel.clock import new_id, system_clock
from kernel.envelope import wrap
from tests.bench.flows import COUNTED, KEPT, visit
from tests.bench.servers import Servers, servers


def bodies(count: int) -> list[bytes]:
    now = system_clock()
    return [
        wrap(visit(n), id=new_id(), source="/bench", sequence=1, time=now).to_json().encode()
        for n in range(count)
    ]


def heard(opened: Servers, count: int) -> dict[str, Any]:
    """What the consumer's process says of `count` facts in each queue."""
    for flow in (COUNTED, KEPT):
        opened.publish(bodies(count), exchange="", routing_key=flow.queue)
    uris = {"AMQP_URI": opened.amqp_uri, "MONGODB_URI": opened.mongodb_uri}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.hearing"]
    done = subprocess.run(
        [*command, str(count), opened.database.name],
        env=os.environ | uris,
        stdout=subprocess.PIPE,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def run(count: int) -> str:
    with servers(COUNTED, KEPT) as opened:
        said = heard(opened, count)
        assert said["effects"] == count and opened.empty(KEPT) == 0, said
    rates = {name: count / said[name]["seconds"] for name in ("counted", "kept")}
    each = {name: said[name]["cpu"] / count * 1e6 for name in ("counted", "kept")}
    return (
        f"consumer: {rates['kept']:.0f} facts/s with inbox and one effect ({each['kept']:.0f} µs "
        f"of processor, {said['memory']:.0f} MiB); only acknowledging {rates['counted']:.0f}/s "
        f"({each['counted']:.0f} µs); ratio {rates['kept'] / rates['counted']:.2f}"
    )


@pytest.mark.bench
def test_how_many_facts_a_consumer_acts_on() -> None:
    print(run(20_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
