"""The desk in a real browser: with and without script, with and without signal."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kernel.web import STAFF_COOKIE
from tests.e2e.browser import DESK, PHONE
from tests.rig.events import STAFF, TOKEN, open_events
from tests.unit.events.builders import PROGRAMMES
from tests.waiting import eventually

EVERYTHING_KEPT = """async () => {
  const kept = [JSON.stringify(localStorage)];
  for (const { name, version } of await indexedDB.databases()) {
    const open = await new Promise((done) => {
      const asked = indexedDB.open(name, version); asked.onsuccess = () => done(asked.result); });
    for (const store of open.objectStoreNames) {
      const asked = open.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { asked.onsuccess = done; });
      kept.push(JSON.stringify(asked.result));
    }
    open.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const answer of await cache.matchAll()) kept.push(await answer.text());
  }
  return kept.join("\\n");
}"""
CAMERA = """(ticket) => {
  window.BarcodeDetector = class { async detect() { return [{ rawValue: ticket }]; } };
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 9, 9);
    return canvas.captureStream(5);
  };
}"""
PIXELS = """async () => {
  const svg = document.querySelector("svg.ticket-code").outerHTML;
  const image = new Image();
  image.src = "data:image/svg+xml;base64," + btoa(unescape(encodeURIComponent(svg)));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 400;
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, 400, 400);
  const colours = pen.getImageData(0, 0, 400, 400).data;
  return Array.from({ length: 160000 }, (_, place) => colours[4 * place]);
}"""


@dataclass(frozen=True)
class Hall:
    """A running service, and a session that begins in ten minutes."""

    address: str
    session_id: str

    def api(self, path: str) -> Any:
        answer = requests.get(f"{self.address}/api/sessions/{self.session_id}/{path}",
                              headers=STAFF, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sign_up(self, *names: str) -> str:
        """The registration of a party."""
        party = [{"name": name, "phone": f"1390000{secrets.randbelow(10_000):04d}"}
                 for name in names]
        answer = requests.post(f"{self.address}/api/sessions/{self.session_id}/registrations",
                               json={"party": party}, timeout=10)
        assert answer.json()["status"] == "confirmed", answer.text
        return str(answer.json()["registration_id"])

    def ticket(self, registration_id: str) -> str:
        page = requests.get(f"{self.address}/registrations/{registration_id}/ticket", timeout=10)
        [ticket] = re.findall(r"XX1\.[0-9a-f.]+", page.text)
        return str(ticket)


@pytest.fixture(scope="module")
def address(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("desk")
    with open_events(mongodb_uri, folder, programmes=PROGRAMMES) as running:
        yield running.address
        running.process.stop()
        assert "测试" not in running.process.output


@pytest.fixture
def hall(address: str) -> Hall:
    starts_at = datetime.now(UTC) + timedelta(minutes=10)
    session = {"starts_at": starts_at.isoformat(), "capacity": 40,
               "ends_at": (starts_at + timedelta(hours=2)).isoformat()}
    body = {"programme": "youth-night", "title": "海边音乐会", "place": "所城广场地下大厅",
            "street": "大鹏", "mode": "first-come", "sessions": [session]}
    made = requests.post(f"{address}/api/activities", json=body, headers=STAFF, timeout=10)
    return Hall(address, made.json()["sessions"][0]["id"])


def a_device(browser: Browser, hall: Hall, size: dict[str, int] = PHONE,
             **how: Any) -> BrowserContext:
    """A browser in which staff have signed in."""
    context = browser.new_context(viewport=size, **how)  # type: ignore[arg-type]
    context.add_cookies([{"name": STAFF_COOKIE, "value": TOKEN, "url": hall.address,
                          "httpOnly": True, "sameSite": "Strict"}])
    return context


def a_desk(browser: Browser, hall: Hall, gate: str, size: dict[str, int] = PHONE) -> Page:
    """The desk's page at a gate, ready for the time without signal; a fault on it fails."""
    page = a_device(browser, hall, size).new_page()
    page.goto(f"{hall.address}/staff/desk/{hall.session_id}")
    expect(page.locator("#desk")).to_have_attribute("data-ready", "yes")
    page.fill("#gate", gate)
    page.dispatch_event("#gate", "change")
    page.wait_for_function(f"caches.match('/staff/desk/{hall.session_id}').then(Boolean)")
    page.wait_for_function("caches.match('/static/xiangxin.css').then(Boolean)")
    return page


def read_in(page: Page, text: str) -> None:
    """What a scanner at the keyboard does: type and press Enter."""
    page.fill("#ticket", text)
    page.press("#ticket", "Enter")


def outcome(page: Page) -> Any:
    return page.locator("#outcome")


def picture(page: Page, name: str) -> None:
    """A picture to be looked at, where PICTURES says."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_ticket_on_the_page_reads_back(browser: Browser, hall: Hall) -> None:
    registration_id = hall.sign_up("测试甲", "测试乙")
    page = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    page.goto(f"{hall.address}/registrations/{registration_id}/ticket")
    picture(page, "ticket-390")
    shades = memoryview(bytes(page.evaluate(PIXELS))).cast("B", (400, 400))
    [found] = zxingcpp.read_barcodes(shades)
    assert found.text == hall.ticket(registration_id)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    picture(page, "ticket-1440")
    page.emulate_media(media="print")
    expect(page.locator("svg.ticket-code")).to_be_visible()
    expect(page.get_by_text("存为图片")).to_be_hidden()


def test_without_script_a_form_does_it(browser: Browser, hall: Hall) -> None:
    ticket = hall.ticket(hall.sign_up("测试甲", "测试乙"))
    page = a_device(browser, hall, java_script_enabled=False).new_page()
    page.goto(f"{hall.address}/staff/desk/{hall.session_id}")
    read_in(page, ticket)
    expect(outcome(page)).to_contain_text("已签到 2 人")
    expect(page.locator('[data-count="inside"]')).to_have_text("2")
    read_in(page, ticket)
    expect(outcome(page)).to_contain_text("已经签到")
    page.fill("#term", "试乙")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("#found")).to_contain_text("测试乙")


def test_with_signal_a_scan_is_answered_at_once(browser: Browser, hall: Hall) -> None:
    ticket = hall.ticket(hall.sign_up("测试甲"))
    page = a_desk(browser, hall, "东门")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    read_in(page, ticket)
    expect(outcome(page)).to_contain_text("已签到 1 人")
    expect(outcome(page)).to_contain_text("测试甲")
    expect(page.locator('[data-count="came"]')).to_have_text("1")
    expect(page.locator("#last")).to_contain_text("测试甲")
    picture(page, "desk-online-390")
    read_in(page, ticket)
    expect(outcome(page)).to_contain_text("没有记上")
    page.fill("#reason", "领队证明已出场")
    read_in(page, ticket)
    expect(outcome(page)).to_contain_text("强制签到")
    read_in(page, ticket[:-2])
    expect(outcome(page)).to_contain_text("不是本系统签发")
    assert faults == [] and hall.api("conflicts") == {"conflicts": []}


def test_without_signal_scans_wait_and_arrive_exactly_once(browser: Browser, hall: Hall) -> None:
    tickets = [hall.ticket(hall.sign_up(name)) for name in ("测试甲", "测试乙")]
    page = a_desk(browser, hall, "东门")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#desk")).to_have_attribute("data-ready", "yes")
    for ticket, name in zip(tickets, ("测试甲", "测试乙"), strict=True):
        read_in(page, ticket)
        expect(outcome(page)).to_contain_text("已记下签到 1 人")
        expect(outcome(page)).to_contain_text(name)
    picture(page, "desk-offline-390")
    read_in(page, tickets[0])
    expect(outcome(page)).to_contain_text("已经给这张票签到过")
    expect(page.locator("#waiting")).to_have_text("2 条待上传")
    assert "测试" not in page.evaluate(EVERYTHING_KEPT)
    assert not [ticket for ticket in tickets if ticket in page.evaluate(EVERYTHING_KEPT)]
    assert hall.api("desk")["came"] == 0

    page.context.set_offline(False)

    expect(page.locator("#waiting")).to_have_text("", timeout=20_000)
    expect(outcome(page)).to_contain_text("已上传 2 条")
    assert hall.api("desk") == {"expected": 2, "came": 2, "inside": 2}
    page.reload()
    expect(page.locator("#last li")).to_have_count(2)
    expect(page.locator("#last")).to_contain_text("东门")
    assert hall.api("conflicts") == {"conflicts": []}


def test_two_gates_without_signal_are_told_of_the_same_ticket(browser: Browser,
                                                              hall: Hall) -> None:
    ticket = hall.ticket(hall.sign_up("测试甲", "测试乙"))
    east, west = a_desk(browser, hall, "东门"), a_desk(browser, hall, "西门", DESK)
    for page in (east, west):
        page.context.set_offline(True)
        read_in(page, ticket)
        expect(outcome(page)).to_contain_text("已记下签到 2 人")
        expect(page.locator("#waiting")).to_have_text("1 条待上传")
    for page in (east, west):
        page.context.set_offline(False)
        expect(page.locator("#waiting")).to_have_text("", timeout=20_000)
    expect(west.locator("#problems")).to_contain_text("重复放行")
    expect(outcome(west)).to_contain_text("1 条重复放行")
    assert eventually(lambda: len(hall.api("conflicts")["conflicts"])) == 1
    assert hall.api("desk") == {"expected": 2, "came": 2, "inside": 2}
    expect(west.locator("#doubled")).to_contain_text("重复放行 1 次")
    picture(west, "desk-conflict-own-1440")
    east.reload()
    expect(east.locator("#conflicts")).to_contain_text("东门 先放行")
    expect(east.locator("#conflicts")).to_contain_text("西门 又放行")
    picture(east, "desk-conflict-390")
    west.get_by_role("button", name="知道了").click()
    expect(west.locator("#problems")).to_be_hidden()
    west.locator("#term").fill("测试")
    west.locator("#term").press("Enter")
    expect(west.locator("#desk")).to_have_attribute("data-ready", "yes")
    picture(west, "desk-search-1440")


def test_a_ticket_that_is_not_on_the_list_is_kept_for_later(browser: Browser, hall: Hall) -> None:
    page = a_desk(browser, hall, "东门")
    page.context.set_offline(True)
    read_in(page, f"XX1.{uuid4().hex}.{uuid4().hex}")
    expect(outcome(page)).to_contain_text("未核对")
    page.context.set_offline(False)
    expect(page.locator("#problems")).to_contain_text("票据无效", timeout=20_000)
    picture(page, "desk-problem-390")


def test_a_camera_reads_where_the_browser_can(browser: Browser, hall: Hall) -> None:
    ticket = hall.ticket(hall.sign_up("测试甲"))
    context = a_device(browser, hall)
    context.add_init_script(f"({CAMERA})({ticket!r})")
    page = context.new_page()
    page.goto(f"{hall.address}/staff/desk/{hall.session_id}")
    page.click("#camera")
    expect(outcome(page)).to_contain_text("已签到 1 人")
    assert hall.api("desk")["inside"] == 1


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_nothing_is_wider_than_the_screen(browser: Browser, hall: Hall,
                                          size: dict[str, int]) -> None:
    hall.sign_up(*(f"测试{'很长的名字' * 4}{number}" for number in range(6)))
    page = a_device(browser, hall, size).new_page()
    page.goto(f"{hall.address}/staff/desk/{hall.session_id}?gate={'很' * 40}")
    expect(page.locator("#desk")).to_have_attribute("data-ready", "yes")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    picture(page, f"desk-long-{size['width']}")
