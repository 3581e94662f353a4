"""Calls of a webhook as operators see them: what came of each, and what they can do about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from kernel.audit.book import Book, Wanted
from services.city.usecases import webhooking
from services.city.webhooks.calling import Caller
from services.city.webhooks.record import Parts
from services.city.webhooks.tail import Tail
from services.city.webhooks.turn import Turn
from tests.databases import drop_databases
from tests.e2e.axe import barriers, barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.rig.callers import Callers
from tests.rig.office import WANG_TOKEN
from tests.rig.process import Process
from tests.rig.receiver import OK, Doing, Receiver

NAME = "exchange"
PAGE = f"/staff/subscribers/{NAME}/calls"


@pytest.fixture(scope="module")
def callers(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    made = Callers(mongodb_uri, "e2e_calls_", tmp_path_factory.mktemp("calls"))
    yield made
    made.close()
    drop_databases(mongodb_uri, "e2e_calls_")


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture(scope="module")
def doors(callers: Callers, receiver: Receiver) -> Process:
    """Three facts, of which one was not taken."""
    callers.set(NAME, receiver.url)
    callers.publish("a", "b", "c")
    receiver.does = lambda call: (
        Doing(status=500, body="<b>没有接住</b>".encode()) if "visit/b" in str(call.body) else OK)
    turn(callers)
    return callers.doors().start()


def turn(callers: Callers, name: str = NAME) -> None:
    """What the process that calls does, once."""
    app = callers.app
    parts = Parts(store=app.store, tail=Tail(app.store.feed), vault=app.vault,
                  caller=Caller(app.networks), clock=app.clock, chance=lambda: 0.0, ids=app.ids)
    Turn(parts, name, stopped=lambda: False).run()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_operator_sees_what_failed_tests_it_and_has_facts_brought_again(
    browser: Browser, callers: Callers, receiver: Receiver, doors: Process, scripts: bool
) -> None:
    page = open_page(browser, doors.address, size=DESK, scripts=scripts, token=WANG_TOKEN)
    page.goto(PAGE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("有失败待重试")
    page.get_by_role("link", name="只看失败的").click()
    expect(page.get_by_text("答复 500").first).to_be_visible()
    page.get_by_text("内容").first.click()
    expect(page.get_by_text("<b>没有接住</b>").first).to_be_visible()

    page.get_by_role("button", name="发送测试").click()
    expect(page.get_by_role("status")).to_contain_text("测试已排队")
    page.get_by_role("button", name="暂停回调").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已暂停")
    before = len(receiver.came)
    turn(callers)
    assert [each.fact["type"] for each in receiver.came[before:]] == ["city.ping.v1"]
    page.get_by_role("button", name="恢复回调").click()
    expect(page.get_by_role("status")).to_contain_text("已恢复")
    page.get_by_role("button", name="再送第 1 条").first.click()
    page.get_by_label("重发：从第几条").fill("3")
    page.get_by_role("button", name="重发一段").click()
    expect(page.get_by_text("正在重发")).to_be_visible()
    before = len(receiver.took)
    turn(callers)
    assert [each.id for each in receiver.took[before:]] == ["id-a-1", "id-c-1"]
    page.context.close()


def test_a_range_that_is_none_is_refused_with_what_can_be(
    browser: Browser, doors: Process
) -> None:
    page = open_page(browser, doors.address, size=PHONE, token=WANG_TOKEN)
    for typed in ("99", "", "abc"):
        page.goto(PAGE)
        page.get_by_label("重发：从第几条").fill(typed)
        page.get_by_role("button", name="重发一段").click()
        expect(page.get_by_role("alert")).to_contain_text("没有可以重发的")
    page.context.close()


def test_what_was_done_is_in_the_audit_log(callers: Callers, doors: Process) -> None:
    book = Book(callers.database("city"))
    found = book.latest(Wanted(kind="changed"), skip=0, limit=50)
    done = [row for row in found if row["what"] == "calls_order"]
    assert {row["by"] for row in done} == {"wang"} and len(done) >= 5
    assert any(row["after"].get("state") == "paused" for row in done)


@pytest.mark.parametrize("size", [PHONE, DESK, WIDE], ids=lambda size: str(size["width"]))
def test_the_page_has_no_barriers_and_is_not_wider_than_the_screen(
    browser: Browser, doors: Process, size: dict[str, int]
) -> None:
    page = open_page(browser, doors.address, size=size, token=WANG_TOKEN)
    for address in (PAGE, f"{PAGE}?failed=yes", f"{PAGE}?done=ping"):
        page.goto(address)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert size == WIDE or barriers(page) == []  # the same page as at DESK
    page.context.close()


LONG = "volunteer-exchange-of-the-city-1"


def test_of_a_subscriber_without_a_webhook_it_says_so_and_how_to_set_one(
    browser: Browser, doors: Process, callers: Callers
) -> None:
    callers.subscribe(LONG)
    page = open_page(browser, doors.address, token=WANG_TOKEN)
    for place in (f"/staff/subscribers/{LONG}", f"/staff/subscribers/{LONG}/calls"):
        answer = page.goto(place)
        assert answer is not None and answer.status == 200
        expect(page.get_by_text("没有设置回调")).to_be_visible()
        expect(page.get_by_text(f"xiangxin webhook set {LONG}")).to_be_visible()
        expect(page.get_by_role("link", name="调用记录")).to_have_count(0)
        expect(page.get_by_role("button", name="发送测试")).to_have_count(0)
        assert barriers_at(page, [PHONE, DESK, WIDE]) == []
    page.context.close()


def test_the_calls_of_a_webhook_that_was_removed_stay_to_be_read(
    browser: Browser, callers: Callers, receiver: Receiver, doors: Process
) -> None:
    callers.set("former", receiver.url)
    turn(callers, "former")
    page = open_page(browser, doors.address, token=WANG_TOKEN)
    page.goto("/staff/subscribers/former")
    page.get_by_role("link", name="调用记录").click()
    expect(page.get_by_role("button", name="再送")).not_to_have_count(0)

    webhooking.remove(callers.app, "former")
    page.get_by_role("button", name="发送测试").click()
    expect(page.get_by_text("该订阅方没有设置回调")).to_be_visible()
    page.goto("/staff/subscribers/former/calls")

    expect(page.get_by_text("没有设置回调")).to_be_visible()
    expect(page.get_by_text("已送达").first).to_be_visible()
    expect(page.get_by_role("button", name="再送")).to_have_count(0)
    page.context.close()


def test_nobody_by_that_name_is_not_found(browser: Browser, doors: Process) -> None:
    page = open_page(browser, doors.address, token=WANG_TOKEN)
    answer = page.goto("/staff/subscribers/nobody/calls")
    assert answer is not None and answer.status == 404
    page.context.close()
