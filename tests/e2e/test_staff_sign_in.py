"""Staff in a real browser: set up by an invitation, signed in, out; and by an identity provider."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kernel.clock import system_clock
from kernel.login_token import public_of
from ops.parts import free_port
from services.events.domain.staff_account import Grant
from services.events.usecases.accounts import managing
from services.events.usecases.accounts.one_time import code_at
from services.events.usecases.application import Events
from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, open_page
from tests.rig.events import open_events
from tests.rig.provider import Provider, open_provider
from tests.unit.events.builders import PROGRAMMES, SEED

PASSWORD = "invented kettle 0042"
LOGIN = {
    "LOGIN_KEY": base64.b64encode(SEED).decode(), "TOKEN_SIGN_IN": "no",
    "LOGIN_PUBLIC_KEYS": base64.b64encode(public_of(SEED)).decode(),
}
MEMBERS = {"chen": ["district-desk", "something-else"], "zhao": ["nothing-of-ours"],
           "li": ["district-viewers"]}
PICTURES = os.environ.get("PICTURES")


@dataclass(frozen=True)
class Place:
    """The service, what is behind it, and the provider beside it."""

    address: str
    app: Events
    provider: Provider


@pytest.fixture(scope="module")
def place(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    port, folder = free_port(), tmp_path_factory.mktemp("sign-in")
    address = f"http://127.0.0.1:{port}"
    with open_provider(address, folder, MEMBERS) as provider, open_events(
        mongodb_uri, folder, programmes=PROGRAMMES, BIND=f"127.0.0.1:{port}",
        SERVICE_URLS=f"events={address}", **LOGIN, **provider.settings(),
    ) as running:
        yield Place(address, running.app, provider)


def seen(page: Page, name: str) -> None:
    """Nothing in anybody's way, at the desk and on a phone."""
    assert barriers_at(page, [PHONE, DESK]) == []
    if PICTURES:
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]


def set_up(place: Place, page: Page, name: str, *roles: str) -> str:
    """The authenticator's key, after the invitation was followed."""
    managing.add(place.app, name, Grant(roles=roles), by=managing.COMMAND)
    code = managing.invite(place.app, name, by=managing.COMMAND)
    page.goto("/staff")
    seen(page, "sign-in")
    page.get_by_role("link", name="邀请码设置账号").click()
    seen(page, "invitation")
    page.get_by_label("邀请码").fill(code.lower())
    page.get_by_role("button", name="下一步").click()
    key = page.locator("p > code").inner_text().replace(" ", "")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再填一次密码").fill(PASSWORD)
    page.get_by_label("验证器上的 6 位数字").fill(code_at(key, system_clock()))
    seen(page, "set-up")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("listitem")).to_have_count(8)
    seen(page, "recovery")
    page.get_by_role("link", name="抄好了，去登录").click()
    return key


def sign_in(page: Page, name: str, key: str) -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    seen(page, "code")
    page.get_by_label("验证器上的 6 位数字").fill(
        code_at(key, system_clock() + timedelta(seconds=30)))  # the one of now was used
    page.get_by_role("button", name="登录", exact=True).click()


def test_an_operator_sets_up_signs_in_keeps_accounts_and_leaves(browser: Browser,
                                                                place: Place) -> None:
    page = open_page(browser, place.address, size=DESK)
    key = set_up(place, page, "wang", "operator", "viewer")
    sign_in(page, "wang", key)
    expect(page).to_have_url(re.compile("/staff/activities$"))
    [cookie] = [each for each in page.context.cookies() if each["name"] == "xiangxin_staff"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    page.goto("/staff/accounts/new")
    page.get_by_label("账号名").fill("case-1")
    page.get_by_label("个案工作").check()
    page.get_by_label("现场登记").check()
    seen(page, "account-new")
    page.get_by_role("button", name="建账号").click()
    expect(page.get_by_role("status")).to_contain_text("账号已建好")
    page.get_by_role("button", name="邀请").click()
    expect(page.get_by_text("邀请码")).to_be_visible()
    seen(page, "account")
    page.goto("/staff/accounts")
    expect(page.get_by_text("等别人决定")).to_be_visible()
    seen(page, "accounts")
    page.goto("/staff/me")
    expect(page.get_by_text("这一台")).to_be_visible()
    seen(page, "me")
    page.get_by_role("button", name="退出", exact=True).click()
    page.goto("/staff/me")
    expect(page.get_by_text("请先登录")).to_be_visible()


def at_the_provider(page: Page, name: str) -> None:
    """Signs in there, where any password will do, and lets it tell who one is."""
    page.get_by_role("link", name="用统一身份平台登录").click()
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("any")
    page.locator("[type=submit]").click()
    page.locator("[type=submit]").click()


def test_who_signed_in_at_the_provider_comes_back_signed_in_and_leaves_both(
    browser: Browser, place: Place,
) -> None:
    page = open_page(browser, place.address, size=DESK)
    page.goto("/staff?next=/staff/me")
    at_the_provider(page, "chen")
    expect(page).to_have_url(f"{place.address}/staff/me")
    expect(page.get_by_role("heading", level=1)).to_contain_text("chen")
    assert place.app.store.staff.named("chen").grant.roles == ("desk",)
    page.get_by_role("button", name="退出", exact=True).first.click()
    expect(page).to_have_url(re.compile(re.escape(place.provider.issuer) + "/session/end"))
    page.get_by_role("button", name=re.compile("Yes")).click()
    expect(page).to_have_url(re.compile(re.escape(place.address) + "/staff"))
    page.goto("/staff/me")
    expect(page.get_by_text("请先登录")).to_be_visible()


def test_whom_the_provider_gives_no_role_is_not_let_in(browser: Browser, place: Place) -> None:
    page = open_page(browser, place.address, size=DESK)
    page.goto("/staff")
    at_the_provider(page, "zhao")
    expect(page.get_by_role("alert")).to_contain_text("没有这里的权限")
    assert place.app.store.staff.found(name="zhao") is None


def test_another_key_of_the_provider_is_looked_up(browser: Browser, place: Place) -> None:
    place.provider.stop()
    place.provider.start()
    page = open_page(browser, place.address, size=DESK)
    page.goto("/staff")
    at_the_provider(page, "li")
    expect(page).to_have_url(f"{place.address}/staff/activities")
