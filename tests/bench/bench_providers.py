"""What a sender costs before it sends, and fifty calls of a second side by side (N-30).

`python -m tests.bench.bench_providers`. Each figure is the best of five fresh processes: seconds of
the processor for importing what sends, its memory then, and seconds for fifty calls under eventlet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.fakes.aliyun import FakeAliyun
from tests.fakes.cloud import KEY_ID, KEY_SECRET, running
from tests.fakes.smsc import PASSWORD, SYSTEM_ID, running_centre

TIMES = 5
IMPORTING = """
import resource, time
began = time.process_time()
import {module}
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
MODULES = ("services.notifications.providers.chosen", "services.notifications.usecases.sending",
           "services.notifications.service")


def said_by(*command: str) -> list[float]:
    """The numbers that a process of its own prints."""
    done = subprocess.run([sys.executable, "-W", "ignore", *command], stdout=subprocess.PIPE,
                          check=True, text=True, timeout=120)
    return [float(word) for word in done.stdout.split()]


def imported(module: str) -> dict[str, float]:
    found = [said_by("-c", IMPORTING.format(module=module)) for _ in range(TIMES)]
    return {"import_cpu_seconds": round(min(seconds for seconds, _ in found), 3),
            "mebibytes": round(min(size for _, size in found), 1)}


def side_by_side() -> float:
    """Seconds for fifty calls that take a second each."""
    with running(FakeAliyun()) as cloud, running_centre() as centre:
        cloud.took = 1.0
        found = [
            said_by("-m", "tests.integration.notifications.green_sender", cloud.url, KEY_ID,
                    KEY_SECRET, str(centre.port), SYSTEM_ID, PASSWORD)
            for _ in range(TIMES)
        ]
    return round(min(seconds for _, seconds, _ in found), 2)


def measure() -> dict[str, Any]:
    return {"fifty_calls_of_a_second": side_by_side(),
            **{module: imported(module) for module in MODULES}}


@pytest.mark.bench
def test_bench_providers() -> None:
    print(json.dumps(measure(), indent=2))


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
