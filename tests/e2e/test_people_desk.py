"""The counter for people's data in a browser: a child gets a guardian, somebody is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from services.events.usecases.family import leaving
from services.events.usecases.resident_signing_in import stands_for
from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE
from tests.e2e.console import Console, open_console
from tests.rig.events import CASEWORKER_TOKEN, TOKEN
from tests.unit.events.test_family import account_of, add


@pytest.fixture(scope="module")
def console(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with open_console(mongodb_uri, tmp_path_factory.mktemp("people-desk")) as opened:
        yield opened


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_guardian_is_registered_and_then_somebody_is_erased(
        browser: Browser, console: Console, tmp_path: Path, scripts: bool) -> None:
    town, place = console.town, int(scripts)
    first, second = f"1390000031{place}", f"1390000032{place}"
    child = add(town, account := account_of(town, first, "测试甲"), "测试小孩")
    leaving.leave(town.app, account, child, sure=True)
    other = account_of(town, second, "测试乙")
    page = console.open(browser, scripts=scripts, token=CASEWORKER_TOKEN)

    page.goto("/staff/people")
    pictured = [("people", "/staff/people")]
    page.get_by_role("link", name=child[:10]).click()
    pictured.append(("child", page.url))
    page.get_by_label("监护人姓名").fill("测试乙")
    page.get_by_label("监护人手机号").fill(second)
    page.get_by_role("button", name="登记监护人").click()
    expect(page.get_by_role("alert")).to_contain_text("签了字的同意书")
    page.get_by_label("证件和监护关系已核对").check()
    page.get_by_role("button", name="登记监护人").click()
    expect(page.get_by_role("status")).to_contain_text("已登记监护人")
    assert child in stands_for(town.app, other)

    page.get_by_role("link", name="居民资料").first.click()
    page.get_by_label("姓名").fill("测试甲")
    page.get_by_label("手机号").fill(first)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("测试甲")
    pictured.append(("grown", page.url))
    page.get_by_label("本人要求删除").check()
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("资料已删除")
    if scripts:
        for name, address in pictured:
            page.goto(address)
            assert barriers_at(page, [PHONE, DESK, WIDE]) == [], name
            for size in (PHONE, DESK):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.screenshot(path=tmp_path / f"{name}-{size['width']}.png", full_page=True)
    page.context.close()


def test_other_staff_are_not_led_there(browser: Browser, console: Console) -> None:
    page = console.open(browser, token=TOKEN)
    page.goto("/staff/activities")
    expect(page.get_by_role("link", name="查阅单")).to_be_visible()
    expect(page.get_by_role("link", name="居民资料")).to_have_count(0)
    answer = page.goto("/staff/people")
    assert answer is not None and answer.status == 403
    page.context.close()
