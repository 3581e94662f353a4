"""How many facts one caller brings to 20 webhooks, and whether its memory stays flat meanwhile.

`python -W ignore -m tests.bench.bench_webhooks [facts] [webhooks]`; on a database of its own. The
feed is filled first, then the caller starts; receivers answer at once, from one other process. The
same calls are first made one after another by one thread without anything around them, so that the
ratio is comparable between machines.
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

from ops.parts import open_database
from services.city.webhooks.calling import Caller
from tests.bench.servers import patient
from tests.bench.spent import megabytes, share, spent
from tests.rig.callers import Callers
from tests.rig.process import ROOT

AT_ONCE = 500
ALONE = 300
FIFTHS = 5


@contextmanager
def receiving() -> Iterator[str]:
    """The address of a receiver in a process of its own."""
    with subprocess.Popen([sys.executable, "-m", "tests.bench.receiving"], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.kill()


def fill(callers: Callers, url: str, facts: int, webhooks: int) -> list[str]:
    """The names of the subscribers."""
    names = [f"bench-{number}" for number in range(webhooks)]
    for name in names:
        callers.set(name, url)
    for start in range(0, facts, AT_ONCE):
        callers.publish(*[f"v{number % 997}" for number in
                          range(start, min(start + AT_ONCE, facts))])
    return names


def alone(callers: Callers, url: str) -> float:
    """Mere calls a second."""
    caller, began = Caller(callers.settings.webhook_networks), time.perf_counter()
    for number in range(ALONE):
        assert caller.call(url, b"{}" * 300, {"webhook-id": str(number)}).is_success
    return ALONE / (time.perf_counter() - began)


def brought(callers: Callers, names: list[str], facts: int) -> tuple[float, list[float]]:
    """Seconds until every receiver has all, and the caller's memory on the way."""
    process, seen, whole = callers.caller(), list[float](), facts * len(names)
    before, began = spent(), time.perf_counter()
    process.start()
    done = 0
    while done < whole:
        time.sleep(0.5)
        kept = patient(lambda: [callers.app.store.lines.of(name) for name in names])
        done = sum(each.line.cursor for each in kept if each)
        if done >= whole * (len(seen) + 1) // FIFTHS:
            seen.append(megabytes(process.pid))
            print(f"  {done:,} calls after {time.perf_counter() - began:.0f} s", flush=True)
    seconds = time.perf_counter() - began
    print(f"  µs of processor a call: {share(before, spent(), whole)}")
    assert process.stop() == 0
    return seconds, seen


def run(facts: int, webhooks: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("database", "logs")]
        for path in paths:
            path.mkdir()
        with open_database(paths[0]) as server, receiving() as url:
            callers = Callers(server.uri, "bench_webhooks_", paths[1])
            try:
                names = fill(callers, url, facts, webhooks)
                mere = alone(callers, url)
                seconds, seen = brought(callers, names, facts)
            finally:
                callers.close()
    rate = facts * webhooks / seconds
    told = ", ".join(f"{each:.0f}" for each in seen)
    return (f"webhooks: {rate:.0f} calls/s to {webhooks} receivers ({facts / seconds:.1f} facts/s "
            f"to each), {rate / mere:.2f} of mere calls by one thread ({mere:.0f}/s); {told} MB")


@pytest.mark.bench
def test_how_fast_facts_are_brought_to_20_webhooks() -> None:
    print(run(300, 20))


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:3]]
    print(run(*asked) if len(asked) == 2 else run(300, 20))
