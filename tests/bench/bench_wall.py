"""From 201 on a sign-up to the changed tile in a real browser, while others watch.

`python -m tests.bench.bench_wall [seconds] [viewers]`: events, relay and stats (its two halves as
two processes, as on a cluster), then the other two services as well. Sign-ups come at a steady
rate whatever the answers take; a viewer of the many never reads. The lag of the n-th 201 ends when
the tile in Chromium shows n places or more; both clocks are this machine's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page

from kernel.clock import new_id
from ops.parts import open_broker
from ops.parts import open_database as open_server
from tests.bench.bench_city import invented
from tests.bench.bench_signups import publish
from tests.bench.spent import share, spent
from tests.e2e.browser import WIDE, open_browser
from tests.rig.city import City
from tests.rig.process import Process
from tests.rig.queues import Queues

RATES = (10, 25, 50, 100)  # sign-ups a second that are tried
STUCK = 1
PLACES = 20_000  # of the one session that all sign up for
WATCH = """session => {
  window.shown = [];
  const look = () => {
    const figure = document.querySelector(`[data-figure="running-${session}"]`);
    const count = figure ? parseInt(figure.textContent, 10) : 0;
    const last = shown.length ? shown[shown.length - 1][0] : 0;
    if (count > last) shown.push([count, performance.timeOrigin + performance.now()]);
  };
  const tile = document.querySelector('[data-tile="running"]');
  new MutationObserver(look).observe(tile, {childList: true, subtree: true, characterData: true});
}"""


@dataclass
class Wall:
    """The services, the browser that looks at them, and how many have signed up so far."""

    events: Process
    stats: Process
    page: Page
    session_id: str
    taken: int = 0

    @property
    def figure(self) -> str:
        """Where the places of the session stand on the page."""
        return f'[data-figure="running-{self.session_id}"]'


@contextmanager
def open_town(folder: Path) -> Iterator[tuple[City, Browser]]:
    """A city on servers of its own, prepared, and a browser."""
    for name in ("broker", "database"):
        (folder / name).mkdir()
    with (open_broker(folder / "broker") as broker, open_server(folder / "database") as server,
          open_browser() as browser):
        city = City(queues=Queues(broker.uri), mongodb_uri=server.uri, prefix="bench_",
                    folder=folder)
        try:
            city.prepare()
            yield city, browser
        finally:
            city.close()


def look(browser: Browser, events: Process, stats: Process, session_id: str) -> Wall:
    """The wall in a page that writes down when the session's figure changes."""
    page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
    page.goto(f"{stats.address}/")
    wall = Wall(events, stats, page, session_id)
    page.wait_for_selector(wall.figure, timeout=60_000)
    page.evaluate(WATCH, session_id)
    return wall


@contextmanager
def open_wall(folder: Path, others: tuple[str, ...]) -> Iterator[Wall]:
    """On servers of its own; `others` are the services that run besides."""
    with open_town(folder) as (city, browser):
        for name in others:
            city.service(name).start()
        city.service("stats", ROLE="facts").start()
        stats = city.service("stats", ROLE="http").start()
        city.relay("events", "stats", *others).start()
        events = city.events().start()
        assert events.port is not None
        yield look(browser, events, stats, publish(events.port, PLACES))


@contextmanager
def watching(stats: Process, count: int) -> Iterator[subprocess.Popen[str]]:
    """So many viewers from another process, and one more who never reads."""
    command = [sys.executable, "-m", "tests.bench.viewers", stats.address, f"{count}", f"{STUCK}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as viewers:
        assert viewers.stdout is not None and viewers.stdout.readline() == "ready\n"
        try:
            yield viewers
        finally:
            viewers.kill()


def sign_up(wall: Wall, number: int) -> float | None:
    """When it was answered 201 (seconds of the epoch); None for anything else."""
    request = Request(
        f"{wall.events.address}/api/sessions/{wall.session_id}/registrations",
        data=json.dumps({"party": [invented(number)]}).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": new_id()},
    )
    try:
        with urlopen(request, timeout=60) as answer:
            return time.time() if answer.status == 201 else None
    except OSError:
        return None


def answered(wall: Wall, rate: int, count: int) -> list[float]:
    """When each sign-up was answered, in that order; they are sent at a steady rate."""
    with ThreadPoolExecutor(64) as people:
        began, asked = time.monotonic(), []
        for number in range(count):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            asked.append(people.submit(sign_up, wall, wall.taken + number))
        moments = [each.result() for each in asked]
    return sorted(moment for moment in moments if moment is not None)


def lags(wall: Wall, rate: int, seconds: int) -> tuple[list[float], float]:
    """Milliseconds from each 201 to the tile, in order, and the rate that was answered."""
    moments = answered(wall, rate, rate * seconds)
    return lags_of(wall, moments), len(moments) / (moments[-1] - moments[0])


def lags_of(wall: Wall, moments: list[float]) -> list[float]:
    """Milliseconds from each moment (one person more, seconds of the epoch) to the tile."""
    before, wall.taken = wall.taken, wall.taken + len(moments)
    wall.page.wait_for_function(
        "([figure, count]) => parseInt(document.querySelector(figure).textContent) >= count",
        arg=[wall.figure, wall.taken], timeout=120_000)
    shown: list[list[float]] = wall.page.evaluate("shown")
    return sorted(next(at for many, at in shown if many >= number) - moment * 1000
                  for number, moment in enumerate(moments, start=before + 1))


def run(seconds: int, viewers: int) -> None:
    """Prints what was seen."""
    for others in ((), ("volunteers", "notifications")):
        with TemporaryDirectory() as folder, open_wall(Path(folder), others) as wall:
            print(f"\nevents, relay, stats{''.join(f', {each}' for each in others)}:", flush=True)
            lags(wall, 5, 3)  # warm
            for audience in (0, viewers):
                for rate in RATES:
                    measure(wall, rate, seconds, audience)


def measure(wall: Wall, rate: int, seconds: int, audience: int) -> None:
    """Two lines, in front of so many viewers: how late the tile was, and who took what for it."""
    names = {"events": wall.events.pid, "doors of stats": wall.stats.pid}
    with watching(wall.stats, audience) if audience else nullcontext() as told:
        before = spent(**names)
        took, real = lags(wall, rate, seconds)
        used = share(before, spent(**names), len(took))
        seen = f"   {told_of(told, wall)} of {audience} told, {STUCK} stuck" if told else ""
    report(rate, took, real, seen)
    print(f"      µs of processor a sign-up: {used}", flush=True)


def told_of(viewers: subprocess.Popen[str], wall: Wall) -> str:
    """How many of them saw the last state."""
    assert viewers.stdin is not None and viewers.stdout is not None
    viewers.stdin.write(f"{wall.taken}/{PLACES} 60\n")
    viewers.stdin.flush()
    return viewers.stdout.readline().strip()


def report(rate: int, took: list[float], real: float, seen: str = "") -> None:
    """One line."""
    p50, p99 = (took[int(len(took) * share)] for share in (0.5, 0.99))
    print(f"{rate:4}/s asked, {real:5.1f}/s answered 201   tile after p50 {p50:5.0f} ms   "
          f"p99 {p99:5.0f} ms   most {took[-1]:5.0f} ms{seen}", flush=True)


@pytest.mark.bench
def test_from_201_to_the_changed_tile() -> None:
    run(10, 500)


def main(arguments: list[str]) -> None:
    """See above."""
    seconds, viewers = (*map(int, arguments), *(20, 500)[len(arguments):])
    run(seconds, viewers)


if __name__ == "__main__":
    main(sys.argv[1:])
