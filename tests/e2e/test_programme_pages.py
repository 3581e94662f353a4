"""The staff's programme pages in a real browser: each kind once, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from kernel.clock import local_day, system_clock
from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE, open_page
from tests.rig.events import TOKEN, Running, open_events

KINDS = ("warm-bee", "party-history", "hardship-visits", "calm-station", "youth-study",
         "road-angels")


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service with the 25 programmes."""
    with open_events(mongodb_uri, tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, office: Running) -> Iterator[Page]:
    """Without scripts: the pages work without, and these tests show it."""
    page = open_page(browser, office.address, size=request.param, scripts=False, token=TOKEN)
    yield page
    page.context.close()


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


def test_a_rider_is_entitled_eats_and_is_refused_the_third_time(page: Page) -> None:
    rider = f"rider-{page.viewport_size['width']}"  # type: ignore[index]
    page.goto("/staff/programmes")
    page.get_by_role("link", name="暖“蜂”窗口").click()
    page.locator("summary").click()
    page.locator("#grant").get_by_label("代号").fill(rider)
    page.locator("#grant").get_by_label("职业").select_option("快递员")
    page.get_by_role("button", name="登记资格").click()
    said(page, "资格已登记")
    for window in ("大鹏职工食堂窗口", "葵涌园区食堂窗口"):
        page.locator("#redeem").get_by_label("窗口").select_option(label=window)
        page.locator("#redeem").get_by_label("代号").fill(rider)
        page.get_by_role("button", name="核销").click()
        said(page, "已核销")
    page.locator("#redeem").get_by_label("窗口").select_option(label="南澳码头餐厅窗口")
    page.locator("#redeem").get_by_label("代号").fill(rider)
    page.get_by_role("button", name="核销").click()
    expect(page.get_by_role("alert")).to_contain_text("每人每天最多 2 次")
    expect(page.locator("#redeem").get_by_label("代号")).to_have_value(rider)
    page.get_by_role("button", name=f"撤销 {rider} 的资格").click()
    said(page, "资格已撤销")


def test_an_item_is_added_done_with_evidence_and_opened_again(page: Page) -> None:
    name = f"专题读书班 {page.viewport_size}"
    page.goto("/staff/programmes/party-history")
    form = page.locator("#item")
    if not form.is_visible():
        page.locator("summary").click()
    form.get_by_label("事项").fill(name)
    form.get_by_label("类别").select_option("学史明理")
    form.get_by_label("责任单位").fill("团委")
    form.get_by_label("期限").fill("2021-08-01")
    page.get_by_role("button", name="加入清单").click()
    said(page, "已加入清单")
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_role("alert")).to_contain_text("请写佐证")
    page.locator("#state").get_by_label("佐证").fill("会议记录 2021-08")
    page.get_by_role("button", name="办结").click()
    said(page, "已办结")
    page.locator("#state").get_by_label("原因").fill("照片不清楚")
    page.get_by_role("button", name="重新打开").click()
    said(page, "已重新打开")
    expect(page.get_by_role("table")).to_contain_text("状态 已办结 → 未办结")


def test_a_visit_is_recorded_by_code_and_not_by_name(page: Page) -> None:
    page.goto("/staff/programmes/hardship-visits")
    page.locator("#visit").get_by_label("家庭代号").fill("测试家庭")
    page.locator("#visit").get_by_label("街道").select_option("南澳")
    page.locator("#visit").get_by_label("物资").fill("大米 2\n书包")
    page.get_by_role("button", name="记录走访").click()
    expect(page.get_by_role("alert")).to_contain_text("只填代号")
    expect(page.locator("#visit").get_by_label("物资")).to_have_value("大米 2\n书包")
    page.locator("#visit").get_by_label("家庭代号").fill("hh-0042")
    page.get_by_role("button", name="记录走访").click()
    said(page, "走访已记录")
    expect(page.get_by_role("table")).to_contain_text("大米 × 2、书包")


def test_a_station_is_planned_for_two_weeks_and_leads_to_its_slots(page: Page) -> None:
    first = local_day(system_clock()) + timedelta(days=1)
    page.goto("/staff/programmes/rights-shield")
    form, last = page.locator("#slots"), first + timedelta(days=13)
    for _ in range(2):
        form.get_by_label("站点").select_option(label="大鹏律师驻点")
        form.get_by_label("第一天").fill(first.isoformat())
        form.get_by_label("最后一天").fill(last.isoformat())
        page.get_by_role("button", name="排号源").click()
        said(page, "排了")
    page.get_by_role("link", name="大鹏律师驻点").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("大鹏律师驻点")


@pytest.mark.parametrize("key", ["", *(f"/{kind}" for kind in KINDS)])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_page_has_no_barrier_and_nothing_is_wider_than_the_screen(
        browser: Browser, office: Running, key: str, size: dict[str, int]) -> None:
    page = open_page(browser, office.address, size=size, token=TOKEN)
    answer = page.goto(f"/staff/programmes{key}")
    assert answer and answer.status == 200
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.context.close()


def test_a_form_with_faults_has_no_barrier(browser: Browser, office: Running) -> None:
    page = open_page(browser, office.address, token=TOKEN)
    page.goto("/staff/programmes/hardship-visits")
    page.get_by_role("button", name="记录走访").click()
    expect(page.get_by_role("alert")).to_contain_text("家庭代号")
    assert barriers(page) == []
    page.context.close()


def test_without_the_token_the_pages_stay_shut(browser: Browser, office: Running) -> None:
    page = open_page(browser, office.address)
    for path in ("/staff/programmes", "/staff/programmes/warm-bee"):
        answer = page.goto(path)
        assert answer and answer.status == 401
        assert "需要工作人员身份" in page.content()
    page.context.close()
