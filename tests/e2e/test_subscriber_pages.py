"""Subscribers as operators see them: at a glance, one by one, and as a list for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Browser, expect

from kernel.clock import system_clock
from services.city.store.standings import Standing
from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.rig.events import STAFF, TOKEN
from tests.rig.feed import FedCity, open_city

SIZES = [PHONE, DESK, WIDE]
LONG = "volunteer-exchange-of-the-city-1"


@pytest.fixture(scope="module")
def empty(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedCity]:
    with open_city(mongodb_uri, tmp_path_factory.mktemp("empty")) as opened:
        yield opened


@pytest.fixture(scope="module")
def city(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedCity]:
    """One that keeps up, one that stopped and loses facts, one that is shut out."""
    with open_city(mongodb_uri, tmp_path_factory.mktemp("city")) as opened:
        opened.tell("events.visit_recorded.v1", "volunteers.hours_credited.v1")
        opened.subscriber("data-bureau", "#", connections=20)
        opened.subscriber(LONG, "volunteers.hours_credited.#", "volunteers.hours_corrected.#",
                          "volunteers.hours_held.#", "events.attendance_recorded.v1")
        opened.subscriber("shut-out", "events.*.v1", state="suspended")
        opened.store.subscribers.count_dropped({LONG: 12_345})
        yield opened


def seen(city: FedCity) -> None:
    """The bridge looked just now."""
    now = system_clock()
    for name, depth, hours in (("data-bureau", 0, 0), (LONG, 213_456, 50), ("shut-out", 3, 1)):
        city.store.standings.keep(Standing(
            name=name, depth=depth, seen_at=now,
            oldest_at=now - timedelta(hours=hours) if depth else None))


def test_who_is_late_and_loses_facts_is_seen_at_once(browser: Browser, city: FedCity) -> None:
    seen(city)
    page = open_page(browser, city.process.address, size=DESK, token=TOKEN)
    page.goto("/staff/subscribers")

    late = page.get_by_role("row").filter(has_text=LONG)
    expect(late).to_contain_text("长时间未取")
    expect(late).to_contain_text("213,456")
    expect(late).to_contain_text("2 天")
    expect(late).to_contain_text("12,345")
    expect(page.get_by_role("row").filter(has_text="data-bureau")).to_contain_text("已取完")
    expect(page.get_by_role("row").filter(has_text="shut-out")).to_contain_text("已暂停")
    page.get_by_role("link", name=LONG).click()
    expect(page.get_by_text(f"xiangxin subscriber suspend {LONG}")).to_be_visible()
    expect(page.get_by_text("只有授权为")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("way", ["/staff/subscribers", f"/staff/subscribers/{LONG}",
                                 "/staff/subscribers/data-bureau"])
def test_the_pages_have_no_barriers_at_any_size(browser: Browser, city: FedCity, way: str) -> None:
    seen(city)
    page = open_page(browser, city.process.address, token=TOKEN)
    page.goto(way)

    assert barriers_at(page, SIZES) == []
    page.context.close()


def test_without_subscribers_it_says_what_to_do(browser: Browser, empty: FedCity) -> None:
    page = open_page(browser, empty.process.address, token=TOKEN)
    page.goto("/staff/subscribers")

    expect(page.get_by_text("xiangxin subscriber add")).to_be_visible()
    assert barriers_at(page, SIZES) == []
    page.context.close()


def test_what_nobody_looked_at_is_not_shown_as_if_it_were_known(
    browser: Browser, empty: FedCity
) -> None:
    empty.subscriber("unseen", "#")
    long_ago = system_clock() - timedelta(hours=1)
    empty.store.standings.keep(
        Standing(name="unseen", depth=7, oldest_at=long_ago, seen_at=long_ago))
    page = open_page(browser, empty.process.address, token=TOKEN)
    page.goto("/staff/subscribers")

    expect(page.get_by_role("status")).to_contain_text("没有桥接进程的消息")
    expect(page.get_by_role("row").filter(has_text="unseen")).to_contain_text("没有数据")
    assert barriers_at(page, [PHONE]) == []
    page.context.close()
    empty.store.subscribers.remove("unseen")


def test_programs_get_the_same_numbers_and_no_secret(city: FedCity) -> None:
    seen(city)
    answer = requests.get(f"{city.process.address}/api/subscribers", headers=STAFF, timeout=20)

    listed = {each["name"]: each for each in answer.json()}
    assert set(listed) == {"data-bureau", LONG, "shut-out"}
    assert listed[LONG]["waiting"] == 213_456 and listed[LONG]["dropped"] == 12_345
    assert 50 * 3600 <= listed[LONG]["oldest_seconds"] < 51 * 3600
    assert listed["data-bureau"]["reads_log"] and listed["data-bureau"]["oldest_seconds"] == 0
    assert "token" not in answer.text


def test_one_that_is_not_there_is_not_found(city: FedCity) -> None:
    answer = requests.get(f"{city.process.address}/staff/subscribers/nobody-here", headers=STAFF,
                          timeout=20)
    assert answer.status_code == 404
