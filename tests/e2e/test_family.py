"""A family by hand on a phone: a child with consent, an adult by an SMS to their own telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ops.parts import Broker, GivenBroker
from tests.e2e.browser import DESK, open_page
from tests.e2e.residents import without_barriers
from tests.rig.by_sms import BySms, town_by_sms

NUMBERS = count(13900008000)


@pytest.fixture(scope="module")
def town(broker: Broker | GivenBroker, mongodb_uri: str,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[BySms]:
    """Everything between a browser and the operator."""
    folder = tmp_path_factory.mktemp("families")
    with town_by_sms(broker, mongodb_uri, folder=folder, name="families") as made:
        yield made


def signed_in(browser: Browser, town: BySms, name: str, *, scripts: bool = True,
              ) -> tuple[Page, str]:
    """A phone that is signed in with a new number, its owner's name said; and the number."""
    page, phone = open_page(browser, town.events.address, scripts=scripts), str(next(NUMBERS))
    page.goto("/sign-in?next=/me/family")
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url(re.compile("/sign-in/code"))
    page.get_by_label("验证码").fill(town.code(phone))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/me/family")
    page.get_by_label("你的姓名").fill(name)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/me/family?done=named")
    return page, phone


def add_child(page: Page, name: str) -> None:
    page.goto("/me/family/child")
    page.get_by_label("孩子的姓名").fill(name)
    page.get_by_label("出生日期").fill("2016-05-01")
    page.get_by_label("我是孩子的监护人").check()
    page.get_by_role("button", name="添加").click()
    page.wait_for_url("**/me/family?done=added")


def ask_in(page: Page, phone: str) -> None:
    page.goto("/me/family/adult")
    page.get_by_label("对方的手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/me/family/code")


def joined(page: Page, code: str, name: str) -> None:
    page.get_by_label("对方的姓名").fill(name)
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="加入家庭").click()


def pictured(page: Page, folder: Path, name: str) -> None:
    """No barrier at 390 and at 1440 points, and a picture of both to look at."""
    without_barriers(page)
    page.screenshot(path=folder / f"{name}-390.png", full_page=True)
    size = page.viewport_size
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.screenshot(path=folder / f"{name}-1440.png", full_page=True)
    page.set_viewport_size(size)  # type: ignore[arg-type]


def test_a_child_and_an_adult_come_into_the_family_and_go_again(
        browser: Browser, town: BySms, tmp_path: Path) -> None:
    page, _ = signed_in(browser, town, "测试长名字的母亲欧阳")
    pictured(page, tmp_path, "empty")
    page.goto("/me/family/child")
    page.get_by_role("button", name="添加").click()
    assert "需要监护人同意" in page.inner_text("main")
    pictured(page, tmp_path, "child-faults")
    add_child(page, "测试小孩")
    phone = str(next(NUMBERS))
    page.goto("/me/family/adult")
    pictured(page, tmp_path, "adult")
    ask_in(page, phone)
    assert phone not in page.content()
    code = town.code(phone)
    [arrived] = town.gateway.arrived_at(phone)
    assert "加入家庭" in arrived.text
    joined(page, f"{(int(code) + 1) % 10**6:06d}", "测试父")
    assert "还可以试 4 次" in page.inner_text("main")
    pictured(page, tmp_path, "code-wrong")
    joined(page, code, "测试父")
    page.wait_for_url("**/me/family?done=joined")
    pictured(page, tmp_path, "family")
    page.get_by_role("link", name="测试小孩").click()
    pictured(page, tmp_path, "member-child")
    page.get_by_role("button", name="撤回同意，移出家庭").click()
    assert "请确认你知道" in page.inner_text("main")
    pictured(page, tmp_path, "last-guardian")
    page.goto("/me/family")
    page.get_by_role("link", name="测试父").click()
    pictured(page, tmp_path, "member-adult")
    page.get_by_role("button", name="解除").click()
    page.wait_for_url("**/me/family?done=left")
    assert "测试父" not in page.inner_text("main") and "测试小孩" in page.inner_text("main")


def test_without_scripts_a_second_guardian_agrees_and_the_first_may_go(
        browser: Browser, town: BySms, tmp_path: Path) -> None:
    page, _ = signed_in(browser, town, "测试母", scripts=False)
    other, phone = signed_in(browser, town, "测试父")
    add_child(page, "测试小孩")
    town.city.database("events")["codes_asked"].delete_many({})  # a minute later
    ask_in(page, phone)
    joined(page, town.code(phone, earlier=1), "测试父")
    page.wait_for_url("**/me/family?done=joined")
    page.get_by_role("link", name="测试小孩").click()
    page.get_by_label("哪一位家人").select_option(label="测试父")
    page.get_by_role("button", name="请对方做监护人").click()
    page.wait_for_url("**/me/family?done=asked")
    other.goto("/me/family")
    other.get_by_role("link", name="做 测试小孩 的监护人").click()
    pictured(other, tmp_path, "asked")
    other.get_by_role("button", name="我是监护人，同意").click()
    other.wait_for_url("**/me/family?done=given")
    page.goto("/me/family")
    page.get_by_role("link", name="测试小孩").click()
    page.get_by_role("button", name="撤回同意，移出家庭").click()
    page.wait_for_url("**/me/family?done=left")
    assert "测试小孩" not in page.inner_text("main")
    other.goto("/me/family")
    assert "测试小孩" in other.inner_text("main")


def test_scripts_of_the_resident_use_the_doors_with_the_same_login(
        browser: Browser, town: BySms) -> None:
    page, _ = signed_in(browser, town, "测试母")
    said = page.evaluate("""async () => {
      const post = (path, body) => fetch(path, {method: 'POST', body: JSON.stringify(body),
        headers: {'Content-Type': 'application/json', 'Idempotency-Key': 'family-test-1'}});
      const made = await post('/api/family/children',
        {name: '测试小孩', birth_date: '2016-05-01', text_version: '2026-11'});
      const ref = (await made.json()).person_ref;
      const family = await (await fetch('/api/family')).json();
      const last = await fetch('/api/family/' + ref, {method: 'DELETE'});
      const sure = await fetch('/api/family/' + ref + '?sure=true', {method: 'DELETE'});
      return [made.status, family.members.map((each) => each.kind), (await last.json()).code,
              sure.status]}""")
    assert said == [201, ["own", "child"], "last_guardian", 200]
