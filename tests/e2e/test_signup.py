"""Residents with a phone: a family, a rush, an offer, a guardian; with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from services.events.usecases.changing import cancel
from tests.e2e.residents import House, open_house, visit, without_barriers
from tests.unit.events.builders import PUBLIC

SOON = 20_000  # milliseconds


@pytest.fixture(scope="module")
def house(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(mongodb_uri, tmp_path_factory.mktemp("signup")) as opened:
        yield opened


def fill(page: Page, number: int, name: str, phone: str = "") -> None:
    page.fill(f'[name="party.{number}.name"]', name)
    page.fill(f'[name="party.{number}.phone"]', phone)


def fill_child(page: Page, number: int, name: str) -> None:
    """A child whose guardian is the first of the party."""
    fill(page, number, name)
    page.click(f'[id="party.{number}.guardian"] > summary')
    page.fill(f'[name="party.{number}.birth_date"]', "2016-05-04")
    page.check(f'[name="party.{number}.guardian.first"]')


def prepared(browser: Browser, house: House, *, opens_in: float, phone: str,
             scripts: bool = True) -> tuple[Page, str]:
    """The waiting page of a party of one, and the session."""
    opens_at = datetime.now(UTC) + timedelta(seconds=opens_in)
    activity_id, session_id = house.activity(opens_at=opens_at)
    page = visit(browser, house, f"/activities/{activity_id}", scripts=scripts)
    fill(page, 0, "测试", phone)
    page.click("button.primary")
    assert "/waiting/" in page.url
    return page, session_id


def test_a_family_signs_up_and_its_guardian_consents(browser: Browser, house: House) -> None:
    activity_id, session_id = house.activity()
    page = visit(browser, house, f"/activities/{activity_id}")
    fill(page, 0, "测试家长", "13900000001")
    page.click("text=再加一位")
    fill_child(page, 1, "测试小孩")
    without_barriers(page)
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("等监护人同意")
    without_barriers(page)
    registration_id = page.url.rpartition("/")[2]

    guardian = visit(browser, house, "/consent")
    without_barriers(guardian)
    guardian.fill("#code", house.code_of(registration_id).lower())
    guardian.click("button.primary")
    expect(guardian.locator("h1")).to_contain_text("测试小孩报名了活动")
    without_barriers(guardian)
    guardian.click('button[value="given"]')
    expect(guardian.locator("h1")).to_have_text("你已同意")
    without_barriers(guardian)

    expect(page.locator("h1")).to_have_text("你的位置已确认", timeout=SOON)
    assert house.taken(session_id) == 2
    guardian.click('button[value="withdrawn"]')
    expect(guardian.locator("h1")).to_have_text("已撤回同意")
    assert house.taken(session_id) == 0


def test_a_double_click_and_the_way_back_are_one_registration(browser: Browser,
                                                              house: House) -> None:
    activity_id, session_id = house.activity()
    page = visit(browser, house, f"/activities/{activity_id}")
    fill(page, 0, "测试", "13900000010")
    page.dblclick("button.primary")
    expect(page.locator("h1")).to_have_text("你的位置已确认")
    page.go_back()
    fill(page, 0, "测试", "13900000010")
    page.click("button.primary")
    page.wait_for_load_state()
    assert house.taken(session_id) == 1
    expect(page.locator("h1, .summary h2").first).to_be_visible()


def test_a_fault_keeps_what_was_typed_and_leads_to_its_field(browser: Browser,
                                                             house: House) -> None:
    activity_id, _ = house.activity(sessions=3)
    page = visit(browser, house, f"/activities/{activity_id}")
    fill(page, 0, "测试", "12345")
    page.click("button.primary")
    without_barriers(page)
    page.click('a[href="#party.0.phone"]')
    page.fill('[name="party.0.phone"]', "13900000002")
    page.check('[name="all"]')
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("3 场都报上了")
    without_barriers(page)


def test_a_prepared_party_is_in_with_one_tap_however_often_it_taps(browser: Browser,
                                                                   house: House) -> None:
    page, session_id = prepared(browser, house, opens_in=12, phone="13900000003")
    expect(page.locator("#go")).to_be_disabled()
    without_barriers(page)
    other = page.context.new_page()
    other.goto(page.url)
    for each in (page, other):
        expect(each.locator("#go")).to_be_enabled(timeout=SOON)
    page.dblclick("#go")
    other.click("#go")
    for each in (page, other):
        expect(each.locator("h1")).to_have_text("你的位置已确认")
    assert page.url == other.url and house.taken(session_id) == 1
    without_barriers(page)


def test_a_lost_connection_costs_nothing(browser: Browser, house: House) -> None:
    page, session_id = prepared(browser, house, opens_in=5, phone="13900000004")
    expect(page.locator("#go")).to_be_enabled(timeout=SOON)
    page.context.set_offline(True)
    page.click("#go")
    expect(page.locator("#said")).to_contain_text("连接断了")
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("你的位置已确认", timeout=SOON)
    assert house.taken(session_id) == 1


def test_a_busy_service_is_asked_again_without_the_person(browser: Browser, house: House) -> None:
    page, session_id = prepared(browser, house, opens_in=5, phone="13900000005")
    expect(page.locator("#go")).to_be_enabled(timeout=SOON)
    asked: list[str] = []

    def busy_twice(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) > 2:
            route.continue_()
        else:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="busy")

    page.route("**/waiting/*", busy_twice)
    page.click("#go")
    expect(page.locator("#said")).to_contain_text("系统正忙")
    expect(page.locator("h1")).to_have_text("你的位置已确认", timeout=SOON)
    assert asked == ["POST"] * 3 and house.taken(session_id) == 1


def test_an_offer_appears_by_itself_and_is_taken(browser: Browser, house: House) -> None:
    _, session_id = house.activity(capacity=1)
    first, second = (house.sign_up(session_id, number) for number in (6, 7))
    page = visit(browser, house, f"/r/{second[:10]}")
    expect(page.locator("h1")).to_have_text("候补第 1 位")
    without_barriers(page)
    cancel(house.app, first, caller=PUBLIC)
    expect(page.locator("h1")).to_have_text("有名额了，等你确认", timeout=SOON)
    expect(page.locator("#said")).to_have_text("有名额了，等你确认")
    without_barriers(page)
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("你的位置已确认")


def test_without_scripts_a_family_signs_up(browser: Browser, house: House) -> None:
    activity_id, _ = house.activity()
    page = visit(browser, house, f"/activities/{activity_id}", scripts=False)
    fill(page, 0, "测试家长", "13900000008")
    page.click("text=再加一位")
    fill_child(page, 1, "测试小孩二")
    page.click("button.primary")
    assert page.locator("h1").inner_text() == "等监护人同意"


def test_without_scripts_the_countdown_refreshes_itself(browser: Browser, house: House) -> None:
    page, session_id = prepared(browser, house, opens_in=8, phone="13900000009", scripts=False)
    expect(page.locator("#go")).to_be_enabled(timeout=SOON)
    page.click("#go")
    assert page.locator("h1").inner_text() == "你的位置已确认"
    assert house.taken(session_id) == 1
