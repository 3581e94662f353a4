"""Registering as a volunteer in a real browser: on a phone and on a desk, checked by axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE, open_page
from tests.rig.process import Process
from tests.rig.volunteers import open_volunteers
from tests.unit.volunteers.office import card


@pytest.fixture(scope="module")
def volunteers(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with open_volunteers(mongodb_uri, tmp_path_factory.mktemp("pages")) as running:
        yield running


@pytest.mark.parametrize(("number", "size"), [(1, PHONE), (2, DESK)], ids=["phone", "desk"])
def test_a_resident_registers_is_refused_a_second_time_and_asks_for_the_way_back(
        browser: Browser, volunteers: Process, number: int, size: dict[str, int]) -> None:
    page = open_page(browser, volunteers.address, size=size, scripts=True)
    page.goto("/")
    page.get_by_role("link", name="登记成为志愿者").click()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("姓名：必填")
    assert barriers(page) == []
    fill(page, number)
    page.locator("fieldset input[type=checkbox]").first.check()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("已登记")
    assert barriers(page) == []
    _look_at_oneself(page)
    page.goto("/register")
    fill(page, number)
    page.locator("fieldset input[type=checkbox]").first.check()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("找回")
    page.get_by_role("link", name="请找回").click()
    fill(page, number)
    assert barriers(page) == []
    page.get_by_role("button", name="申请找回").click()
    expect(page.get_by_role("status")).to_contain_text("核对通过后")
    page.context.close()


def _look_at_oneself(page: Page) -> None:
    volunteer_no, code = page.locator("dd").all_inner_texts()
    page.get_by_role("link", name="我的资料").click()
    page.get_by_label("志愿者编号").fill(volunteer_no)
    page.get_by_label("口令").fill("AAAA")
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("alert")).to_contain_text("口令不对")
    page.get_by_label("口令").fill(code)
    page.get_by_role("button", name="打开").click()
    expect(page.locator("dl")).to_contain_text("139****000")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_text("姓名写错了，或者改了名").click()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("alert")).to_contain_text("新的姓名：必填")
    assert barriers(page) == []
    page.get_by_label("新的姓名").fill("测试改名")
    page.get_by_label("理由").fill("登记时写错了一个字")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status")).to_contain_text("核对通过后，姓名才会改")
    expect(page.get_by_text("待审核")).to_be_visible()
    expect(page.locator("dl")).not_to_contain_text("测试改名")
    page.get_by_label("我会什么").fill("急救\n手语、摄影")
    page.get_by_role("button", name="保存技能").click()
    expect(page.get_by_role("status")).to_contain_text("专业技能已保存")
    expect(page.get_by_label("我会什么")).to_have_value("急救\n手语\n摄影")
    assert barriers(page) == []
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("status")).to_contain_text("已撤回")
    expect(page.locator("dl")).to_contain_text("没有保存号码")
    with page.expect_download() as file:
        page.get_by_role("button", name="下载 CSV").click()
    assert file.value.suggested_filename == f"record-{volunteer_no}.csv"
    page.get_by_role("button", name="删除我的资料").click()
    expect(page.get_by_role("alert")).to_contain_text("勾选")


def fill(page: Page, number: int) -> None:
    page.get_by_label("姓名", exact=True).fill(f"测试{number:04d}")
    page.get_by_label("手机号", exact=True).fill(f"1390000{number:04d}")
    page.get_by_label("证件号码", exact=True).fill(card("1990-01-01", number))
