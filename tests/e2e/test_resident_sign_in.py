"""From the number typed on a phone to the SMS at the operator and back: signed in, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from ops.parts import Broker, GivenBroker
from tests.e2e.browser import open_page
from tests.e2e.residents import without_barriers
from tests.rig.by_sms import BySms, town_by_sms
from tests.waiting import eventually

NUMBERS = count(13900007000)


@pytest.fixture(scope="module")
def town(broker: Broker | GivenBroker, mongodb_uri: str,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[BySms]:
    """Everything between a browser and the operator."""
    folder = tmp_path_factory.mktemp("by_sms")
    with town_by_sms(broker, mongodb_uri, folder=folder, name="by_sms") as made:
        yield made


@pytest.fixture
def page(browser: Browser, town: BySms) -> Page:
    return open_page(browser, town.events.address)


def asked(page: Page) -> str:
    """Types a new number; the page of the code is open."""
    phone = str(next(NUMBERS))
    page.goto("/sign-in?next=/mine")
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url(re.compile("/sign-in/code"))
    return phone


def written(page: Page, code: str) -> None:
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录").click()


def test_a_number_typed_becomes_an_sms_and_its_code_signs_in(page: Page, town: BySms) -> None:
    page.goto("/sign-in")
    without_barriers(page)
    phone = asked(page)
    without_barriers(page)
    assert phone not in page.url and f"{phone[:3]}****{phone[-4:]}" in page.inner_text("main")
    written(page, town.code(phone))
    page.wait_for_url("**/mine")
    kept = {each["name"]: each for each in page.context.cookies()}
    assert kept["xiangxin_resident"]["httpOnly"]
    assert kept["xiangxin_resident"]["sameSite"] == "Lax"


def test_a_code_replayed_elsewhere_signs_nobody_in(page: Page, browser: Browser,
                                                   town: BySms) -> None:
    phone = asked(page)
    code = town.code(phone)
    other = open_page(browser, town.events.address)
    asked(other)
    written(other, code)
    assert "验证码不对" in other.inner_text("main")
    written(page, code)
    page.wait_for_url("**/mine")


def test_two_submissions_at_once_are_one_login(page: Page, town: BySms) -> None:
    phone = asked(page)
    code = town.code(phone)
    jar = {each["name"]: each["value"] for each in page.context.cookies()}
    home = town.events.address
    answers = page.evaluate(
        """async (code) => Promise.all([1, 2, 3].map(() => fetch('/sign-in/code', {
             method: 'POST', redirect: 'manual',
             body: new URLSearchParams({code, next: '/mine'})}).then((got) => got.type)))""", code)
    assert answers == ["opaqueredirect"] * 3
    [login] = town.city.database("events")["resident_logins"].find(
        {"account_id": _account(town)})
    assert login["ended_at"] is None
    again = requests.post(f"{home}/sign-in/code", data={"code": code}, cookies=jar,
                          headers={"Sec-Fetch-Site": "cross-site"}, timeout=10)
    assert again.status_code == 403


def _account(town: BySms) -> str:
    """The account that was opened last."""
    found = town.city.database("events")["resident_accounts"].find().sort("opened_at", -1)
    return str(found[0]["_id"])


def test_while_the_relay_is_away_the_page_says_later_and_the_code_still_comes(
        page: Page, town: BySms) -> None:
    town.relay.kill()
    phone = asked(page)
    eventually(lambda: "短信暂时发不出去" in page.inner_text("main"), within=30)
    assert town.gateway.arrived_at(phone) == []
    town.relay.start()
    written(page, town.code(phone))
    page.wait_for_url("**/mine")
    assert urlsplit(page.url).path == "/mine"
