"""Printing a certificate and verifying it on a phone, with scripts off; no barriers (C-22)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from kernel.clock import local_day, system_clock
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.certificates.certificate import Order
from services.volunteers.usecases.certificates import issuing
from services.volunteers.usecases.stars.weighing import weigh_all
from tests.e2e.browser import open_page
from tests.e2e.residents import without_barriers
from tests.rig.events import TOKEN
from tests.rig.hours import UNIT, Volunteers, open_hours

NAME = "测试甲"


@pytest.fixture(scope="module")
def service(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Volunteers]:
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "scheme.toml").write_text(
        "valid_from = 2021-01-01\ntiers = [{stars = 1, hours = 2}]\n")
    with open_hours(mongodb_uri, folder, STARS_DIR=str(folder)) as opened:
        opened.serve("p1", NAME, days=2)
        yield opened


def issued(service: Volunteers) -> tuple[str, str]:
    """Serial and code of a new certificate."""
    app = service.parts.certification
    serial = issuing.issue(app, Order(person_ref="p1"), name=NAME, by=Acting(actor="staff"))
    return serial, app.code(serial)


def checked(page: Page, serial: str, code: str) -> str:
    """What the page says after the form was filled in."""
    page.fill("#serial", serial)
    page.fill("#code", code)
    page.click("button.primary")
    return page.inner_text("main")


def test_a_volunteer_prints_from_my_hours_and_is_told_what_is_wrong(
    browser: Browser, service: Volunteers,
) -> None:
    page = open_page(browser, service.address, scripts=False)
    page.goto("/people/p1")
    page.click("text=打印服务记录")
    page.fill("#name", "测试乙")
    page.click("button.primary")
    assert "须与登记的姓名一致" in page.inner_text("[role=alert]")
    page.fill("#name", NAME)
    page.fill("#purpose", "升学")
    with page.expect_response("**/certificate") as answered:
        page.click("button.primary", no_wait_after=True)
    told = answered.value.headers
    assert told["content-type"] == "application/pdf"
    assert 'filename="ZM' in told["content-disposition"]


def test_the_pages_have_no_barriers(browser: Browser, service: Volunteers) -> None:
    serial, code = issued(service)
    page = open_page(browser, service.address)
    for path in ("/people/p1", "/people/p1/certificate", "/verify", "/verify?serial=ZM&code=X",
                 f"/verify?serial={serial}&code={code}"):
        page.goto(path)
        without_barriers(page)


def test_staff_revoke_a_paper_and_decide_on_stars_without_scripts(
    browser: Browser, service: Volunteers,
) -> None:
    serial, _ = issued(service)
    weigh_all(service.parts.stars, local_day(system_clock()))
    page = open_page(browser, service.address, scripts=False, token=TOKEN)
    page.goto(f"/staff/certificates?of={serial}")
    revoking = page.locator(f"form[action$='{serial}']")
    revoking.locator("button").click()
    assert page.locator("[role=alert]").count() == 1
    revoking.locator("input").fill("冒名领取")
    revoking.locator("button").click()
    assert "staff，" in page.inner_text("main") and "冒名领取" in page.inner_text("main")
    page.goto("/staff/stars")
    assert "授予 1 星" in page.inner_text("main")
    page.locator("[value=approved]").check()
    page.fill("[name=reason]", "属实")
    page.click("text=提交决定")
    assert "已通过" in page.inner_text("[role=status]")
    with_scripts = open_page(browser, service.address, token=TOKEN)
    for path in ("/staff/stars", f"/staff/certificates?of={serial}"):
        with_scripts.goto(path)
        without_barriers(with_scripts)


def test_c_22_c_23_whoever_is_shown_a_paper_verifies_it_without_scripts(
    browser: Browser, service: Volunteers,
) -> None:
    serial, code = issued(service)
    page = open_page(browser, service.address, scripts=False)
    page.goto("/verify")
    said = checked(page, serial.lower().replace("-", " "), code.lower())
    for words in ("有效", "测**", "3 小时", UNIT):
        assert words in said
    assert NAME not in page.content()
    page.goto(f"/verify?serial={serial}&code={code[:-1]}")
    assert "没有找到" in page.inner_text("[role=alert]")
    service.correct("p1-1", "p1", 60)
    page.goto(f"/verify?serial={serial}&code={code}")
    assert "已失效" in page.inner_text("[role=status]")
