"""From a figure to the facts behind it, in a real browser: for who may, by pointer and by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import barriers, barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.rig.stats import MAKER, Office, open_office
from tests.unit.stats.builders import (
    a_camp,
    a_session,
    an_evening,
    attended,
    closed,
    credited,
    published,
)

YEAR = "from=2021-01-01&as_of=2021-09-30"


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, tmp_path_factory.mktemp("figures")) as opened:
        opened.fold([
            published(title="“马路天使”文明交通志愿服务"), closed(served=12_345),
            *(credited(f"p{number}") for number in range(3)),
            attended("d", an_evening(street="南澳")), closed(an_evening(street="南澳"), online=800),
            published("growth-camp", "连心", title="困境儿童成长营", confidential=True),
            attended("f", a_camp()), closed(a_camp()),
        ])
        yield opened


def test_a_figure_of_the_wall_is_opened_down_to_its_facts(browser: Browser, office: Office) -> None:
    page = open_page(browser, office.process.address, size=WIDE, token=MAKER)
    page.goto("/")
    expect(page.locator('[data-figure="hours"]')).to_contain_text("4.5")
    office.fold([credited("late", a_session(7))])

    hours = page.locator('a[data-figure="hours"]')
    expect(hours).to_contain_text("6", timeout=30_000)
    assert barriers(page) == []
    hours.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".figure strong")).to_have_text("6")
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_text("台账 session-7-late 90 分钟")).to_be_visible()


def test_the_months_under_the_chart_open_by_keys(browser: Browser, office: Office) -> None:
    page = open_page(browser, office.process.address, size=WIDE, token=MAKER)
    page.goto("/")
    expect(page.locator('[data-tile="trend"] svg')).to_be_visible()

    month = page.locator('[data-tile="trend"] .months a').first
    month.focus()

    box = month.bounding_box()
    assert box is not None and box["width"] > 10
    page.keyboard.press("Enter")
    expect(page.locator("#from")).to_have_value("2021-09-01")


def test_sources_come_in_pages_and_keep_their_filters(browser: Browser, office: Office) -> None:
    page = open_page(browser, office.process.address, size=DESK, scripts=False, token=MAKER)
    page.goto(f"/figures?{YEAR}&by=programme")
    page.locator("table").nth(1).get_by_role("link", name="12,345").click()
    expect(page.locator("#programme")).to_have_value("road-angels")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_text("计数，staff-1 上报")).to_be_visible()

    page.goto(f"/figures/attendances?{YEAR}&wing=聚心&limit=2")
    first = page.locator("tbody tr").all_inner_texts()
    page.get_by_role("link", name="下一页").click()

    assert not set(first) & set(page.locator("tbody tr").all_inner_texts())
    expect(page.locator("#wing")).to_have_value("聚心")
    expect(page.locator("#from")).to_have_value("2021-01-01")
    page.get_by_role("link", name="回到第一页").click()
    expect(page.get_by_role("link", name="下一页")).to_be_visible()


def test_who_may_not_open_figures_sees_plain_numbers(browser: Browser, office: Office) -> None:
    reader = open_page(browser, office.process.address, size=DESK, scripts=False)
    for path in ("/", f"/figures?{YEAR}&by=programme"):
        reader.goto(path)
        expect(reader.get_by_text("12,345").first).to_be_attached()
        assert reader.locator('a[href^="/figures/"]').count() == 0
    asked = reader.goto("/figures/hours")
    assert asked is not None and asked.status == 401

    staff = open_page(browser, office.process.address, size=DESK, scripts=False, token=MAKER)
    refused = staff.goto("/figures/sessions?programme=growth-camp")
    assert refused is not None and refused.status == 403
    staff.goto(f"/figures?{YEAR}&by=programme")
    assert staff.locator('a[href*="growth-camp"]').count() == 0


@pytest.mark.parametrize("path", [f"/figures?{YEAR}&by=programme", f"/figures/hours?{YEAR}",
                                  "/figures?as_of=2019-01-01&by=street"])
def test_pages_of_figures_have_no_barriers(browser: Browser, office: Office, path: str) -> None:
    page = open_page(browser, office.process.address, token=MAKER)
    page.goto(path)

    assert barriers_at(page, [PHONE, DESK]) == []
