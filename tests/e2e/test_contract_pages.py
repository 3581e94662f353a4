"""The catalogue of facts in a real browser: on a phone, by keys, without barriers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, open_page
from tests.rig.feed import FedCity, open_city


@pytest.fixture(scope="module")
def city(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedCity]:
    with open_city(mongodb_uri, tmp_path_factory.mktemp("catalogue")) as opened:
        yield opened


def test_a_fact_is_found_and_read_by_keys_on_a_phone(browser: Browser, city: FedCity) -> None:
    page = open_page(browser, city.process.address, size=PHONE)
    page.goto("/contracts")
    assert barriers_at(page, (PHONE, DESK)) == []

    page.get_by_role("link", name="events.session_closed.v1").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("场次关闭")
    expect(page.get_by_text("组织者上报的服务对象人次")).to_be_visible()
    expect(page.get_by_text("“马路天使”文明交通志愿服务")).to_be_visible()
    assert barriers_at(page, (PHONE, DESK)) == []
