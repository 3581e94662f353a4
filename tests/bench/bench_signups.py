"""How many sign-ups one process confirms on one session, and whether the fill is exact.

`python -m tests.bench.bench_signups [count] [connections]`; with MONGODB_URI on that database, else
on one of its own. Two ways in: newcomers with name and telephone, and people known by reference.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from kernel.outbox import all_rows
from ops.parts import open_database as open_server
from services.events.programmes import Programme
from tests.rig.events import STAFF, open_events

_published = count()  # one person may not be at two sessions at once
YOUTH_NIGHT = Programme(
    key="youth-night", title="青年之夜", wing="连心", owner="团", kind="gathering"
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One run: answers by outcome, and how long they took."""

    name: str
    outcomes: Counter[str]
    seconds: float
    latencies: list[float]

    def __str__(self) -> str:
        count, ordered = len(self.latencies), sorted(self.latencies)
        p50, p99 = (ordered[int(count * share)] * 1000 for share in (0.5, 0.99))
        return (f"{self.name:<34} {count / self.seconds:7.0f} sign-ups/s   p50 {p50:5.1f} ms   "
                f"p99 {p99:5.1f} ms   {dict(self.outcomes)}")


@contextmanager
def service(mongodb_uri: str) -> Iterator[tuple[int, Any, int]]:
    """The events service as one process on a fresh database: its port, the database, its pid."""
    given = {"AMQP_URI": os.environ.get("AMQP_URI", "amqp://nobody@127.0.0.1:1/"),
             "LOG_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore", "SIGNUPS_PER_ADDRESS": "1000000",
             "WRITES_PER_ADDRESS": "1000000"}
    with (tempfile.TemporaryDirectory() as folder,
          open_events(mongodb_uri, Path(folder), programmes=[YOUTH_NIGHT], **given) as running):
        assert running.process.port is not None
        yield running.process.port, running.app.transactions.database, running.process.pid


def publish(port: int, capacity: int) -> str:
    """A session next week, a little later than the one before it; its id."""
    starts_at = datetime.now(UTC) + timedelta(days=7, hours=3 * next(_published))
    body = {
        "programme": "youth-night", "title": "海边音乐会", "place": "所城广场", "street": "大鹏",
        "sessions": [{"starts_at": starts_at.isoformat(), "capacity": capacity,
                      "ends_at": (starts_at + timedelta(hours=2)).isoformat()}],
    }
    request = Request(
        f"http://127.0.0.1:{port}/api/activities", data=json.dumps(body).encode(),
        headers={**STAFF, "Content-Type": "application/json"},
    )
    answer = json.loads(urlopen(request, timeout=10).read())
    return str(answer["sessions"][0]["id"])


def drive(port: int, connections: int, session_id: str,
          parties: list[list[Any]]) -> tuple[list[Any], float]:
    """The answers to one sign-up per party, and the seconds it took; from another process."""
    path = f"/api/sessions/{session_id}/registrations"
    lines = [
        json.dumps(["POST", path, {"Idempotency-Key": secrets.token_hex(8)}, {"party": party}])
        for party in parties
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.driver", "127.0.0.1", str(port), str(connections)],
        input="\n".join(lines), capture_output=True, text=True, check=True,
    )
    *answers, seconds = [json.loads(line) for line in done.stdout.splitlines()]
    return answers, seconds


def measure(name: str, port: int, database: Any, connections: int,
            parties: list[list[Any]]) -> tuple[Measured, list[str]]:
    """Fills a session with places for three quarters of the parties; every person_ref.

    AssertionError when the fill is not exact, a position is missing or given twice, or a fact
    is missing.
    """
    capacity = len(parties) * 3 // 4
    session_id = publish(port, capacity)
    answers, seconds = drive(port, connections, session_id, parties)
    made = [json.loads(body) for status, _, body in answers if status == 201]
    outcomes = Counter(each["status"] for each in made)
    outcomes.update(str(status) for status, _, _ in answers if status != 201)
    kept = database["sessions"].find_one({"_id": session_id})
    assert (kept["taken"], kept["waiting"]) == (capacity, len(parties) - capacity), kept
    assert outcomes == {"confirmed": capacity, "waitlisted": len(parties) - capacity}, outcomes
    positions = sorted(each["position"] for each in made if "position" in each)
    assert positions == list(range(1, len(parties) - capacity + 1))
    subjects = {f"registration/{each['registration_id']}" for each in made}
    told = [row for row in all_rows(database) if row.subject in subjects]
    assert len(told) == len(parties), len(told)
    latencies = [took for _, took, _ in answers]
    people = [each["party"][0] for each in made]
    return Measured(name=name, outcomes=outcomes, seconds=seconds, latencies=latencies), people


def run(mongodb_uri: str, count: int, connections: int) -> None:
    """Prints one line for each of the two ways in, on one service, after a short warm-up."""
    def newcomers(first: int, many: int) -> list[list[Any]]:
        return [[{"name": f"测试{n}", "phone": f"139{n:08d}"}] for n in range(first, first + many)]

    with service(mongodb_uri) as (port, database, pid):
        measure("warm-up", port, database, connections, newcomers(0, 200))
        first, people = measure(
            f"newcomers, {connections} connections", port, database, connections,
            newcomers(1000, count),
        )
        print(f"\n{first}", flush=True)
        second, _ = measure(
            f"known people, {connections} connections", port, database, connections,
            [[person] for person in people],
        )
        print(f"{second}\nresident memory of the service: {_resident(pid)} MiB", flush=True)


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


@pytest.mark.bench
def test_sign_ups_per_second_with_exact_fill(mongodb_uri: str) -> None:
    run(mongodb_uri, 6000, 32)


def main(arguments: list[str]) -> None:
    """Prints one line per way in."""
    count, connections = (*map(int, arguments), *(6000, 32)[len(arguments):])
    with tempfile.TemporaryDirectory() as folder, open_server(Path(folder)) as server:
        run(server.uri, count, connections)


if __name__ == "__main__":
    main(sys.argv[1:])
