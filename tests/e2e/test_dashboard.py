"""The command office's wall in a real browser, fed by the broker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from contracts.event import Fact
from contracts.stats_goals import GoalReached
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES
from ops.parts import Broker, GivenBroker
from ops.parts.ports import free_port
from services.stats.store import INDEXES
from tests.databases import drop_databases
from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE
from tests.e2e.browser import WIDE as WALL
from tests.rig.process import Process
from tests.rig.queues import RETRY_RUNGS, Queues
from tests.rig.where import Where
from tests.unit.stats.builders import (
    a_camp,
    a_session,
    attended,
    closed,
    credited,
    published,
    scheduled,
    signed_up,
    told,
)
from tests.vhosts import lent_vhost

PREFIX = f"test_wall_{uuid4().hex[:8]}_"
BIG = {"width": 3840, "height": 2160}


@dataclass(frozen=True)
class Wall:
    """The running service, and the way facts take to it."""

    process: Process
    queues: Queues

    def hear(self, facts: Sequence[Fact], *, ago: timedelta = timedelta()) -> None:
        for envelope in told(facts, at=datetime.now(UTC) - ago):
            self.queues.put(envelope.to_json().encode())


@pytest.fixture(scope="module")
def house(broker: Broker | GivenBroker, mongodb_uri: str,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """One service for all tests here."""
    with lent_vhost(broker, "wall") as uri:
        queues = Queues(uri)
        queues.declare()
        port = free_port()
        environment = {
            "AMQP_URI": uri, "MONGODB_URI": mongodb_uri, "DATABASE_PREFIX": PREFIX,
            "BIND": f"127.0.0.1:{port}", "METRICS_BIND": f"127.0.0.1:{free_port()}",
            "RETRY_RUNGS": RETRY_RUNGS, "FACTS_EXPECTED_HOURS": "00:00-00:00",
        }
        process = Process("kernel.serve", "stats", environment=environment, port=port,
                          log=tmp_path_factory.mktemp("wall") / "stats.log")
        yield Wall(process, queues)
        process.kill()
    drop_databases(mongodb_uri, PREFIX)


@pytest.fixture
def wall(house: Wall, mongodb_uri: str) -> Wall:
    """The service with nothing folded yet."""
    database = open_database(Where(mongodb_uri, PREFIX), "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    for name in database.list_collection_names():
        database[name].delete_many({})
    database.client.close()
    if not house.process.is_running:
        house.process.start()
    return house


def open_page(browser: Browser, wall: Wall, *, scripts: bool = True,
              size: dict[str, int] = WALL, path: str = "/") -> Page:
    context = browser.new_context(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{wall.process.address}{path}")
    return page


def a_morning() -> list[Fact]:
    people = [f"person-{number}" for number in range(12)]
    credits = [fact for person in people for fact in (attended(person), credited(person))]
    return [published(), scheduled(), *credits, closed(served=12_345)]


def tile(page: Page, name: str) -> str:
    return page.locator(f'[data-tile="{name}"]').inner_text()


def test_a_folded_fact_changes_the_tile_without_a_reload(browser: Browser, wall: Wall) -> None:
    page = open_page(browser, wall)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.evaluate("window.stays = true")
    expect(page.locator("#freshness")).to_contain_text("实时")

    wall.hear(a_morning())

    expect(page.locator('[data-figure="hours"]')).to_contain_text("18", timeout=15_000)
    expect(page.locator('[data-figure="served"] .value')).to_have_text("1.2", timeout=15_000)
    expect(page.locator('[data-tile="trend"] svg')).to_be_visible()
    assert page.evaluate("window.stays") and faults == []


def test_a_sign_up_and_a_reached_goal_appear_in_the_feed_without_anybodys_name(
        browser: Browser, wall: Wall) -> None:
    goal = GoalReached(goal="2026.road-angels.hours", year=2026, programme="road-angels",
                       figure="hours", target=10, percent=80, value=8, as_of=date(2026, 9, 30))
    soon = datetime.now(UTC) + timedelta(hours=1)
    evening = a_session(starts_at=soon, ends_at=soon + timedelta(hours=2), title="青年之夜")
    page = open_page(browser, wall)

    wall.hear([scheduled(evening, capacity=4), signed_up("r1", "person-a", session=evening), goal])

    feed = page.locator('[data-tile="feed"]')
    expect(feed).to_contain_text("青年之夜 有 1 人报名 · 大鹏", timeout=15_000)
    expect(feed).to_contain_text("年度目标已完成 80%")
    expect(page.locator('[data-tile="running"]')).to_contain_text("1/4")
    assert "person-a" not in page.content()


def test_the_figures_stand_there_without_scripts(browser: Browser, wall: Wall) -> None:
    wall.hear(a_morning())
    following = open_page(browser, wall)
    expect(following.locator('[data-figure="served"] .value')).to_have_text("1.2", timeout=15_000)

    page = open_page(browser, wall, scripts=False, size=PHONE)

    assert "12,345 人次" in tile(page, "served") and "18" in tile(page, "hours")
    assert "12" in tile(page, "trend")


def test_the_exact_value_is_there_for_the_keyboard(browser: Browser, wall: Wall) -> None:
    wall.hear(a_morning())
    page = open_page(browser, wall)
    figure = page.locator('[data-figure="served"]')
    expect(figure).to_have_attribute("data-exact", "12,345 人次", timeout=15_000)

    figure.focus()

    shown = figure.evaluate("element => getComputedStyle(element, '::after').content")
    assert "12,345 人次" in shown


@pytest.mark.parametrize(("size", "path"), [
    (PHONE, "/"), (DESK, "/?theme=light"), (WALL, "/"), (BIG, "/?theme=light"),
])
def test_nothing_is_wider_than_the_screen_and_nobody_is_shut_out(
        browser: Browser, wall: Wall, size: dict[str, int], path: str) -> None:
    camp = published("growth-camp", "连心", title="很长的项目名称" * 8, confidential=True)
    wall.hear([*a_morning(), camp, attended("a", a_camp()), closed(a_camp())])
    page = open_page(browser, wall, size=size, path=path)
    expect(page.locator('[data-tile="programmes"]')).to_contain_text("很长的", timeout=15_000)

    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert barriers(page) == []
    largest = page.locator(".headline .value").first.evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)")
    assert largest >= (96 * size["height"] / 1080 if size["height"] >= 1080 else 40)


def test_how_fresh_it_is_stands_there_and_silence_raises_an_alarm(browser: Browser,
                                                                  wall: Wall) -> None:
    page = open_page(browser, wall)
    expect(page.locator("#freshness")).to_contain_text("秒前")

    wall.hear([published()], ago=timedelta(hours=2))

    expect(page.locator("#freshness")).to_contain_text("2 小时没有新的事实", timeout=15_000)
    expect(page.locator("#freshness")).to_have_class("freshness stale")


def test_a_lost_connection_is_seen_at_once(browser: Browser, wall: Wall) -> None:
    page = open_page(browser, wall)
    expect(page.locator("#freshness")).to_contain_text("实时")

    wall.process.kill()

    expect(page.locator("#freshness")).to_contain_text("连接中断", timeout=10_000)
    expect(page.locator("#board")).to_have_class("board stale")
