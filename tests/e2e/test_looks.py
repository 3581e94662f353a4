"""Looks at minors' names in the console: asked for, decided by another, exported in full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from services.events.domain.person import Newcomer
from services.events.usecases.signing_up import sign_up
from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE
from tests.e2e.console import Console, open_console
from tests.unit.events.builders import PUBLIC


@pytest.fixture(scope="module")
def console(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with open_console(mongodb_uri, tmp_path_factory.mktemp("looks")) as opened:
        yield opened


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_look_is_asked_for_at_the_session_and_waits_for_other_eyes(
        browser: Browser, console: Console, tmp_path: Path, scripts: bool) -> None:
    session_id = console.town.session(title=f"夏令营 {scripts}", min_age=6)
    young = Newcomer(name="测试少年", phone=f"1390000020{int(scripts)}",
                     birth_date=date(2010, 5, 1))
    sign_up(console.town.app, session_id, [young], caller=PUBLIC)
    page = console.open(browser, scripts=scripts)
    page.goto(f"/staff/sessions/{session_id}")
    page.get_by_role("link", name="申请查阅单").click()
    page.get_by_role("button", name="申请").click()
    expect(page.get_by_role("alert")).to_contain_text("必填")
    page.get_by_label("为什么需要").fill("夏令营住宿登记")
    page.get_by_role("button", name="申请").click()
    expect(page.get_by_role("status")).to_contain_text("等别人批准")
    expect(page.get_by_text("须由别人决定").first).to_be_visible()
    if scripts:
        for name, path in (("looks", "/staff/looks"),
                           ("ask", f"/staff/sessions/{session_id}/look")):
            page.goto(path)
            assert barriers_at(page, [PHONE, DESK, WIDE]) == [], name
            for size in (PHONE, DESK):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.screenshot(path=tmp_path / f"{name}-{size['width']}.png", full_page=True)
    page.context.close()
