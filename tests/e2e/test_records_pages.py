"""Importing earlier records and the sanity report in a real browser, scripts or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kernel.clock import local_day, system_clock
from services.volunteers.usecases import balance_of, credit_hours
from services.volunteers.usecases.imports.entering import finish
from services.volunteers.usecases.watching import watch_duties
from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE, open_page
from tests.integration.volunteers.test_imports import csv
from tests.rig.office import LI_TOKEN, WANG_TOKEN, Office, open_office
from tests.unit.volunteers.builders import at as moment
from tests.unit.volunteers.builders import came, session, told, visit
from tests.unit.volunteers.importing import cells
from tests.unit.volunteers.schedule import scheduled

DAY = (local_day(system_clock()) - timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with open_office(mongodb_uri, "pages_of_records_", folder) as opened:
        yield opened


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_c_04_a_sheet_is_checked_corrected_and_imported(
    browser: Browser, office: Office, tmp_path: Path, scripts: bool
) -> None:
    who = f"import-{scripts}".lower()
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_bytes(csv(cells(人员代号=who), cells(人员代号=f"{who}-2", 名称="活动补录")))
    right.write_bytes(csv(cells(人员代号=who)))
    page = open_page(browser, office.address, size=PHONE, scripts=scripts, token=LI_TOKEN)
    page.goto("/staff/imports")
    page.get_by_label("表格文件").set_input_files(wrong)
    page.get_by_role("button", name="先核对，不提交").click()
    expect(page.get_by_role("alert")).to_contain_text("第 3 行 活动名称含")
    if scripts:
        assert barriers(page) == []
    page.get_by_label("表格文件").set_input_files(right)
    page.get_by_role("button", name="核对无误后提交，等另一人批准").click()
    expect(page.get_by_role("heading", name="导入")).to_contain_text("待批准")
    assert not scripts or barriers(page) == []
    address = page.url
    page.context.close()
    other = open_page(browser, office.address, size=PHONE, scripts=scripts, token=WANG_TOKEN)
    other.goto(address)
    other.get_by_label("批准，计入台账").check()
    other.get_by_label("原因").fill("与签到表逐行核对过")
    other.get_by_role("button", name="提交决定").click()
    expect(other.get_by_role("heading", name="导入")).to_contain_text("正在计入")
    finish(office.app)
    other.get_by_role("link", name="看最新进度").click()
    expect(other.get_by_role("status")).to_contain_text("计入 90 分钟")
    assert not scripts or barriers(other) == []
    assert balance_of(office.app, who).minutes == 90
    other.context.close()


def test_a_sheet_from_another_site_is_refused(browser: Browser, office: Office) -> None:
    page = open_page(browser, office.address, token=LI_TOKEN)
    answer = page.request.post("/staff/imports", headers={"Origin": "https://evil.example"},
                               multipart={"action": "enter"})
    assert answer.status == 403
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=lambda size: str(size["width"]))
def test_no_page_has_barriers_and_none_is_wider_than_the_screen(
    browser: Browser, office: Office, size: dict[str, int]
) -> None:
    one, two = session(id="e1", day=DAY), session("08:00", "10:00", id="e2", day=DAY)
    watch_duties(office.app, told(scheduled(one), scheduled(two)))
    credit_hours(office.app, told(
        came(moment("07:40", DAY), one, "odd"), came(moment("08:10", DAY), two, "odd"),
        *visit("07:30", "09:00", id="e1", who="f1", day=DAY),
        *visit("07:30", "09:00", id="e1", who="f2", day=DAY)))
    page = open_page(browser, office.address, size=size, token=LI_TOKEN)
    for address in ("/staff/imports", f"/staff/sanity?from={DAY}&to={DAY}", "/staff/sanity"):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert ([*barriers(page)], wide) == ([], False), address
    expect(page.get_by_text("仍在岗")).to_be_visible()
    page.context.close()
