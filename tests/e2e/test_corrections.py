"""Asking for a correction and deciding on it in a real browser, scripts or none (C-17, C-18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from kernel.clock import local_day, system_clock
from services.volunteers.usecases import balance_of, credit_hours, lines_of
from services.volunteers.usecases.watching import watch_duties
from tests.e2e.axe import barriers, barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.rig.office import LI_TOKEN, WANG_TOKEN, Office, open_office
from tests.unit.volunteers.builders import at as moment
from tests.unit.volunteers.builders import came, closed, session, told, visit
from tests.unit.volunteers.requests import asked
from tests.unit.volunteers.schedule import scheduled

DAY = (local_day(system_clock()) - timedelta(days=1)).isoformat()
LONG = "海风与书声之夜暨青年联谊交友公益夜跑及所城非遗手作市集亲子开放日主题系列活动第十七期"
SIZES = [PHONE, DESK, WIDE]


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with open_office(mongodb_uri, "pages_of_corrections_", folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def filled(office: Office) -> dict[str, str]:
    """One of everything that waits; addresses by what they show."""
    credit_hours(office.app, told(*visit("07:30", "09:00", id="f1", who="full", day=DAY)))
    held = replace(session(id="f2", day=DAY), title=LONG)
    credit_hours(office.app, told(came(moment("07:40", DAY), held, "full2"),
                                  closed(where=held, who="full2")))
    for start, end in (("06:00", "12:00"), ("12:00", "19:00")):
        heard = told(*visit(start, end, id=f"f{start}", who="full3", day=DAY))
        credit_hours(office.app, heard)
    watch_duties(office.app, told(scheduled(held)))
    request = asked(office.app, person_ref="full", session_id="f1")
    [line] = lines_of(office.app, "full2")
    entry = lines_of(office.app, "full")[0].entry_id
    return {
        "mine": "/people/full", "correct": f"/people/full/corrections/new?entry={entry}",
        "missing": "/people/full/corrections/new", "requests": "/staff/corrections",
        "request": f"/staff/corrections/{request}", "held": "/staff/held",
        "entry": f"/staff/held/{line.entry_id}", "days": "/staff/days",
        "day": f"/staff/people/full3/days/{DAY}", "duties": "/staff/duties", "sign-in": "/staff",
        "none": "/staff/corrections?overdue=1", "audit": "/staff/audit",
    }


def ask(page: Page, who: str) -> None:
    """From the page of one's hours to a request that waits."""
    page.goto(f"/people/{who}")
    page.get_by_role("link", name="申请更正").click()
    page.get_by_label("理由").fill("提前离开")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("alert")).to_contain_text("请填开始和结束")
    page.get_by_label("或者只填分钟数").fill("60")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("status")).to_contain_text("申请已提交")
    expect(page.locator(".tag", has_text="待审")).to_be_visible()


def sign_in(page: Page, token: str) -> None:
    page.goto("/staff/corrections")
    page.get_by_role("link", name="去登录").click()
    page.get_by_label("口令").fill(token)
    page.get_by_role("button", name="用口令登录").click()
    expect(page).to_have_url(re.compile("/staff/corrections$"))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_c_18_a_correction_from_the_volunteers_phone_to_the_ledger(
    browser: Browser, office: Office, scripts: bool
) -> None:
    who = f"walk-{scripts}".lower()
    credit_hours(office.app, told(*visit("07:30", "09:00", id=f"{who}-s", who=who, day=DAY)))
    mine = open_page(browser, office.address, scripts=scripts)
    ask(mine, who)
    desk = open_page(browser, office.address, size=DESK, scripts=scripts)
    sign_in(desk, WANG_TOKEN)
    desk.locator("tr", has_text=who).get_by_role("link").click()
    desk.get_by_text("通过", exact=True).click()
    desk.get_by_label("原因").fill("签到表已核对")
    desk.get_by_role("button", name="提交决定").click()
    expect(desk.get_by_role("status")).to_contain_text("已通过")
    mine.goto(f"/people/{who}")
    expect(mine.get_by_text("签到表已核对")).to_be_visible()
    expect(mine.get_by_text("冲销原记录")).to_be_visible()
    assert balance_of(office.app, who).minutes == 60
    for page in (mine, desk):
        page.context.close()


def test_c_17_the_form_says_that_somebody_else_must_decide(
    browser: Browser, office: Office
) -> None:
    credit_hours(office.app, told(*visit("07:30", "09:00", id="li-s", who="p-li", day=DAY)))
    id = asked(office.app, person_ref="p-li", session_id="li-s")
    page = open_page(browser, office.address, token=LI_TOKEN)
    page.goto(f"/staff/corrections/{id}")
    page.get_by_text("通过", exact=True).click()
    page.get_by_label("原因").fill("已核对")
    page.get_by_role("button", name="提交决定").click()
    expect(page.get_by_role("alert")).to_contain_text("须由其他人审核")
    expect(page.get_by_label("原因")).to_have_value("已核对")
    page.context.close()


def test_a_stranger_sees_no_page_of_the_console(browser: Browser, office: Office,
                                                filled: dict[str, str]) -> None:
    page = open_page(browser, office.address)
    for address in filled.values():
        if address.startswith("/staff/"):
            answer = page.goto(address)
            assert answer and answer.status == 401, address
    page.context.close()


def test_no_page_has_barriers_and_none_is_wider_than_the_screen(
    browser: Browser, office: Office, filled: dict[str, str]
) -> None:
    page = open_page(browser, office.address, token=WANG_TOKEN)
    found: dict[str, object] = {}
    for name, address in filled.items():
        page.goto(address)
        found[name] = barriers_at(page, SIZES)
    assert found == {name: [] for name in filled}
    page.context.close()


def test_a_form_with_faults_has_no_barriers(browser: Browser, office: Office,
                                            filled: dict[str, str]) -> None:
    page = open_page(browser, office.address, token=WANG_TOKEN)
    for name, button in (("missing", "提交申请"), ("request", "提交决定"),
                         ("entry", "核实并计入"), ("day", "提交决定")):
        page.goto(filled[name])
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert barriers(page) == [], name
    page.context.close()
