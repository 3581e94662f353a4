"""The staff's console in a real browser: from signing in to cancelling, scripts or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from kernel.clock import SHANGHAI, system_clock
from services.events.usecases.signing_up import sign_up
from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE
from tests.e2e.console import Console, open_console
from tests.rig.events import CASEWORKER_TOKEN, TOKEN
from tests.unit.events.builders import PUBLIC, newcomer
from tests.unit.events.console import GUARDED_URLS

LONG = "海风与书声之夜暨青年联谊交友公益夜跑及所城非遗手作市集亲子开放日主题系列活动第十七期"


@pytest.fixture(scope="module")
def console(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with open_console(mongodb_uri, tmp_path_factory.mktemp("console")) as opened:
        yield opened


@pytest.fixture
def town_is_empty(console: Console) -> None:
    """Nothing but programmes."""
    for name in ("activities", "sessions", "registrations", "deadlines", "line", "rolls", "people",
                 "identities"):
        console.town.database[name].delete_many({})


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("口令").fill(token)
    page.get_by_role("button", name="用口令登录").click()


def publish(page: Page, title: str) -> None:
    """Fills the form of an activity with approval and two weekly dates."""
    page.get_by_role("link", name="发布活动").click()
    page.get_by_label("项目").select_option(label="青年之夜")
    page.get_by_label("名称", exact=True).fill(title)
    page.get_by_label("地点", exact=True).fill("所城广场")
    page.get_by_label("街道", exact=True).fill("大鹏")
    page.get_by_text("审核后确认").click()
    page.get_by_text("每周一场，自动排").click()
    first = (system_clock() + timedelta(days=10)).astimezone(SHANGHAI).date().isoformat()
    for name, value in (("date", first), ("count", "2"), ("from", "19:30"), ("to", "21:00"),
                        ("capacity", "3")):
        page.locator(f"[id='repeat.{name}']").fill(value)
    page.get_by_role("button", name="排进场次").click()
    page.get_by_role("button", name="发布", exact=True).click()


def session_of(console: Console, title: str) -> str:
    found = console.town.database["sessions"].find({"title": title}).sort("starts_at", 1)
    return str(next(iter(found))["_id"])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_day_at_the_console(browser: Browser, console: Console, scripts: bool) -> None:
    title = f"海边音乐会 {scripts}"
    page = console.open(browser, token=None, scripts=scripts)
    page.goto("/staff/activities")
    page.get_by_role("link", name="去登录").click()
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("口令不对")
    sign_in(page, TOKEN)
    expect(page).to_have_url(re.compile("/staff/activities$"))
    publish(page, title)
    expect(page.get_by_role("status")).to_contain_text("活动已发布")
    session_id = session_of(console, title)
    people = [newcomer(number + 100 * scripts) for number in (1, 2)]
    sign_up(console.town.app, session_id, people, caller=PUBLIC)
    approve(page)
    move(page, session_id)
    cancel(page, session_id, parties=1)
    assert console.town.pool(session_id).cancelled_at is not None
    page.get_by_role("button", name="退出").click()
    page.goto(f"/staff/sessions/{session_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("需要工作人员身份")
    page.context.close()


def approve(page: Page) -> None:
    page.get_by_role("link", name="待审核", exact=True).click()
    page.locator("td.pick input").first.check()
    page.get_by_role("button", name="先看会发生什么").click()
    expect(page.get_by_role("cell", name="占到名额")).to_be_visible()
    page.get_by_role("button", name="确认通过").click()
    expect(page.get_by_role("status")).to_contain_text("1 组已通过")


def move(page: Page, session_id: str) -> None:
    page.goto(f"/staff/sessions/{session_id}")
    page.get_by_role("link", name="改时间地点名额").click()
    page.get_by_label("地点", exact=True).fill("月亮湾")
    page.get_by_role("button", name="先看会发生什么").click()
    expect(page.get_by_text("1 组报名会收到一条通知")).to_be_visible()
    page.get_by_role("button", name="修改并通知").click()
    expect(page.get_by_role("status")).to_contain_text("已修改")
    expect(page.get_by_text("月亮湾").first).to_be_visible()


def cancel(page: Page, session_id: str, *, parties: int) -> None:
    page.get_by_role("link", name="取消场次").click()
    page.get_by_label("请输入会收到短信的组数").fill("99")
    page.get_by_role("button", name="取消场次并通知").click()
    expect(page.get_by_role("alert")).to_contain_text("没有取消")
    page.get_by_label("请输入会收到短信的组数").fill(str(parties))
    page.get_by_role("button", name="取消场次并通知").click()
    expect(page.get_by_role("status")).to_contain_text("场次已取消")


def test_the_cookie_is_for_this_site_and_no_script(browser: Browser, console: Console) -> None:
    page = console.open(browser, token=None)
    page.goto("/staff?next=//evil.example/")
    sign_in(page, CASEWORKER_TOKEN)
    expect(page).to_have_url(f"{console.address}/staff/activities")
    [cookie] = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert page.evaluate("document.cookie") == ""


def test_slash_goes_to_the_search_and_arrows_from_row_to_row(browser: Browser,
                                                             console: Console) -> None:
    for number in range(2):
        starts_at = console.town.clock() + timedelta(days=number + 1)
        console.town.session(title=f"键盘 {number}", starts_at=starts_at)
    page = console.open(browser)
    page.goto("/staff/activities?q=键盘")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("link", name="键盘 0").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="键盘 1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("键盘 1")


def test_one_box_ticks_all(browser: Browser, console: Console) -> None:
    session_id = console.town.session(capacity=9)
    for number in range(3):
        console.town.sign_up(session_id, 500 + number)
    page = console.open(browser)
    page.goto(f"/staff/sessions/{session_id}")
    page.get_by_label("全部勾选").check()
    page.get_by_role("button", name="先看会发生什么").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("取消报名 3 组，确认吗")


def test_every_staff_door_of_the_running_service_is_shut_without_a_token(
    console: Console,
) -> None:
    for method, url in GUARDED_URLS:
        one_of = re.sub(r"<any\((\w+)[^>]*>", r"\1", url)
        address = console.address + re.sub(r"<[^>]*>", "x", one_of)
        answer = requests.request(method, address, timeout=5, headers={"Accept": "text/html"})
        assert answer.status_code == 401, (method, url)
        if method == "GET" and url.startswith("/staff"):
            assert 'href="/staff?next=%2Fstaff%2F' in answer.text


def crowd(console: Console, rows: int) -> dict[str, str]:
    """So many activities, and a session with so many parties, some of long names."""
    session_id = ""
    for number in range(rows):
        session_id = console.town.session(title=f"{LONG}{number}", mode="approval", capacity=60)
    for number in range(min(rows, 30)):
        name = "欧阳测试·买买提阿卜杜拉热合曼" if number % 5 == 0 else None
        people = [newcomer(1000 + number, name), newcomer(2000 + number)]
        sign_up(console.town.app, session_id, people, caller=PUBLIC)
    where = {"session": f"/staff/sessions/{session_id}"} if rows else {}
    if rows:
        where["change"] = f"{where['session']}/change"
        where["cancel"] = f"{where['session']}/cancel"
        where["activity"] = f"/staff/activities/{console.town.pool(session_id).activity_id}"
    return where


@pytest.mark.parametrize("rows", [0, 1, 60])
def test_no_page_has_a_barrier_or_is_wider_than_the_screen(
    browser: Browser, console: Console, town_is_empty: None, rows: int,
) -> None:
    pages = {"activities": "/staff/activities", "approvals": "/staff/approvals", "in": "/staff",
             "deadlines": "/staff/deadlines", "new": "/staff/activities/new",
             **crowd(console, rows)}
    page = console.open(browser)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    for name, path in pages.items():
        page.goto(path)
        assert barriers_at(page, [PHONE, DESK, WIDE]) == [], name
    assert faults == []
    page.context.close()
