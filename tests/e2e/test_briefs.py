"""Briefs in a real browser: drafted by one, signed by another, read by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from services.stats.usecases.briefing.drafting import follow
from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE, open_page
from tests.rig.stats import CHECKER, MAKER, Office, open_office
from tests.unit.stats.builders import a_session, closed, corrected, credited, published


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, tmp_path_factory.mktemp("briefs")) as opened:
        opened.fold([published(title="“马路天使”文明交通志愿服务"), closed(served=40),
                     *(credited(f"p{number}") for number in range(3))])
        yield opened


def console(browser: Browser, office: Office, token: str) -> Page:
    """Without scripts: the console works without them."""
    page = open_page(browser, office.process.address, size=DESK, scripts=False, token=token)
    page.goto("/staff/briefs")
    return page


def test_c_47_from_preview_to_revision_through_the_pages(browser: Browser, office: Office) -> None:
    maker = console(browser, office, MAKER)
    maker.fill("#from", "2021-01-01")
    maker.fill("#as_of", "2021-09-30")
    maker.get_by_role("button", name="预览").click()
    expect(maker.locator(".brief")).to_contain_text("累计3人次，服务时长4.5小时")
    expect(maker.get_by_text("mutual-aid：场次尚未上报")).to_be_visible()
    maker.get_by_role("button", name="送审").click()
    maker.locator("a.row").first.click()
    expect(maker.get_by_text("请另一位同事签发")).to_be_visible()

    checker = console(browser, office, CHECKER)
    checker.locator("a.row").first.click()
    checker.get_by_role("button", name="提交决定").click()
    expect(checker.locator("#decision-fault")).to_contain_text("必填")
    checker.get_by_label("签发，公开发布").check()
    checker.get_by_role("button", name="提交决定").click()
    expect(checker.locator(".said")).to_contain_text("已签发")

    office.fold([corrected("p0", -90, reverses=f"{a_session().session_id}-p0")])
    assert follow(office.app) == [1]
    checker.reload()
    checker.locator("a.row[href*=drafts]").click()
    expect(checker.locator("del").first).to_contain_text("累计3人次")
    expect(checker.locator("ins").first).to_contain_text("累计2人次")
    checker.get_by_label("签发，公开发布").check()
    checker.get_by_role("button", name="提交决定").click()

    reader = open_page(browser, office.process.address, size=PHONE)
    reader.goto("/briefs/1")
    expect(reader.locator(".brief")).to_contain_text("累计3人次")
    expect(reader.get_by_text("与签发时一致")).to_be_visible()
    assert reader.locator('a[href^="/figures/"]').count() == 0
    maker.goto("/briefs/1")
    opens = maker.locator('a[href*="/figures/hours?"]')
    expect(opens).to_have_attribute("href", re.compile("as_of=2021-09-30&programme=road-angels"))
    reader.get_by_role("link", name="看第 2 版").click()
    expect(reader.locator(".brief")).to_contain_text("累计2人次")


@pytest.mark.parametrize("path", ["/staff/briefs", "/staff/briefs/preview?as_of=2021-09-30",
                                  "/staff/briefs/1/revision", "/briefs", "/briefs/1", "/briefs/2"])
def test_pages_of_briefs_have_no_barriers_and_are_no_wider_than_a_phone(
        browser: Browser, office: Office, path: str) -> None:
    page = open_page(browser, office.process.address, size=PHONE, token=MAKER)
    answer = page.goto(path)

    assert answer is not None and answer.status == 200
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_brief_that_was_altered_after_signing_says_so(browser: Browser, office: Office) -> None:
    office.app.transactions.database["briefs"].update_one(
        {"_id": 2}, {"$set": {"content.title": "另一个标题"}})
    page = open_page(browser, office.process.address, size=PHONE)
    page.goto("/briefs/2")

    expect(page.locator(".tag.bad")).to_contain_text("与签发时不符")
