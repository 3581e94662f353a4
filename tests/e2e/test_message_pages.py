"""The console of messages: a broadcast from draft to sent by two people, one message explained."""

from __future__ import annotations

from collections.abc import Iterator

import amqp
import pytest
from playwright.sync_api import Browser, Page, expect

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.clock import system_clock
from kernel.declaring import declare
from kernel.topology import FLOWS
from ops.parts import Broker, GivenBroker
from services.notifications.domain.life import unanswered
from services.notifications.usecases.carrying import carry_on
from services.notifications.usecases.changing import change
from services.notifications.usecases.operating import messages
from services.notifications.usecases.writing import write_messages
from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.rig.messages import Messages, open_messages, soon
from tests.rig.office import LI_TOKEN, WANG_TOKEN
from tests.unit.notifications.broadcasts import drafted, signed_up
from tests.unit.notifications.builders import confirmed, told
from tests.vhosts import lent_vhost

MINE = [flow for flow in FLOWS.values() if flow.service == "notifications"]
SIZES = [PHONE, DESK, WIDE]
LONG = "庆祝建区五周年“强心聚心安心连心”青年志愿者之夜暨海边音乐会与手作市集亲子开放日第十七期"


@pytest.fixture(scope="module")
def broker_uri(broker: Broker | GivenBroker) -> Iterator[str]:
    """A virtual host with the service's queues and two messages that nobody could work on."""
    with lent_vhost(broker, "pages") as uri:
        connection = open_connection(uri)
        declare(connection, flows=MINE)
        for id in ("lost-1", "lost-2"):
            _park(connection, id)
        drop(connection)
        yield uri


def _park(connection: amqp.Connection, id: str) -> None:
    envelope = told(confirmed())
    publisher = Publisher(connection)
    publisher.send(Message(
        body=envelope.to_json().encode(), exchange="",
        routing_key=FLOWS["notifications.write-messages"].parked, message_id=id,
        type=envelope.type, headers={
            "x-reason": "failed 5 times: KeyError", "x-attempt": 5,
            "x-first-failed-at": "2026-09-01T16:30:00+00:00"},
    ), None)
    assert [one.end for one in publisher.settle_all()] == ["confirmed"]


@pytest.fixture(scope="module")
def desk(mongodb_uri: str, broker_uri: str,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[Messages]:
    with open_messages(mongodb_uri, tmp_path_factory.mktemp("messages"),
                       AMQP_URI=broker_uri) as opened:
        yield opened


@pytest.fixture(scope="module")
def filled(desk: Messages) -> dict[str, str]:
    """Messages in several states and a broadcast of each; addresses by what they show."""
    app, where = desk.app, soon(title=LONG)
    signed_up(app, [f"p{place}" for place in range(6)], where=where)
    write_messages(app, [told(confirmed(f"r-p{place}", f"p{place}", where=where))
                         for place in range(6)])
    first, *_ = messages(app).items
    change(app.changes, first.message.message_id, lambda one: unanswered(
        one, "worker_lost", now=system_clock(), jitter=0, patience=app.patience))
    waiting = drafted(app, text="《{活动}》{时间}照常举行，请带水，{地点}见。")
    return {
        "sign-in": "/staff", "overview": "/staff/overview", "messages": "/staff/messages",
        "none": "/staff/messages?state=expired", "stuck": "/staff/messages?state=stuck",
        "unknown": f"/staff/messages/{first.message.message_id}",
        "broadcasts": "/staff/broadcasts", "new": "/staff/broadcasts/new",
        "broadcast": f"/staff/broadcasts/{waiting}", "parked": "/staff/parked",
        "providers": "/staff/providers",
    }


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_c_17_a_broadcast_is_tried_drafted_and_approved_by_somebody_else(
    browser: Browser, desk: Messages, filled: dict[str, str], scripts: bool
) -> None:
    maker = open_page(browser, desk.address, size=DESK, scripts=scripts, token=LI_TOKEN)
    maker.goto(filled["new"])
    maker.get_by_label("活动或场次").select_option("a1")
    maker.get_by_label("内容", exact=True).fill("看 www.example.com")
    maker.get_by_role("button", name="试算").click()
    expect(maker.get_by_role("alert")).to_contain_text("不能含网址")
    maker.get_by_label("内容", exact=True).fill("《{活动}》改在二楼")
    maker.get_by_role("button", name="试算").click()
    expect(maker.get_by_role("heading", name="还没有发送")).to_be_visible()
    expect(maker.locator(".card")).to_contain_text(f"《{LONG}》改在二楼")
    maker.get_by_role("button", name="提交审核").click()
    expect(maker.get_by_role("status")).to_contain_text("等另一人审核")
    _decide(maker, "通过并发送")
    expect(maker.get_by_role("alert")).to_contain_text("须由其他人审核")
    checker = open_page(browser, desk.address, scripts=scripts, token=WANG_TOKEN)
    checker.goto(maker.url.partition("?")[0])
    _decide(checker, "通过并发送")
    expect(checker.get_by_role("status")).to_contain_text("已通过")
    carry_on(desk.app)
    checker.reload()
    expect(checker.get_by_role("row", name="6")).to_be_visible()
    for page in (maker, checker):
        page.context.close()


def _decide(page: Page, word: str) -> None:
    page.get_by_text(word, exact=True).click()
    page.get_by_role("button", name="提交决定").click()


def test_n_4_the_page_of_an_unknown_message_offers_no_second_sending(
    browser: Browser, desk: Messages, filled: dict[str, str]
) -> None:
    page = open_page(browser, desk.address, size=DESK, token=WANG_TOKEN)
    page.goto(filled["overview"])
    page.get_by_role("link", name="1", exact=True).first.click()
    page.locator("a.row").first.click()
    expect(page.locator("main")).to_contain_text("不会自动重发")
    expect(page.locator("main")).to_contain_text("139****")
    expect(page.get_by_text("重新发送", exact=True)).to_have_count(0)
    page.get_by_text("放弃", exact=True).click()
    page.get_by_label("原因").first.fill("已电话告知")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("status")).to_contain_text("已放弃")
    expect(page.get_by_role("cell", name="已电话告知")).to_be_visible()
    page.context.close()


def test_n_27_a_parked_fact_is_explained_and_told_again(
    browser: Browser, desk: Messages, filled: dict[str, str]
) -> None:
    page = open_page(browser, desk.address, size=DESK, token=WANG_TOKEN)
    page.goto(filled["parked"])
    expect(page.locator("main")).to_contain_text("试了多次都失败")
    expect(page.locator("main")).to_contain_text("9月2日（周三）00:30")
    page.get_by_label("原因").first.fill("数据库已恢复")
    page.get_by_role("button", name="重放").first.click()
    expect(page.get_by_role("status")).to_contain_text("已重放")
    expect(page.get_by_role("button", name="重放")).to_have_count(1)
    page.context.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_no_page_has_barriers_and_none_is_wider_than_the_screen(
    browser: Browser, desk: Messages, filled: dict[str, str], size: dict[str, int]
) -> None:
    page = open_page(browser, desk.address, size=size, token=WANG_TOKEN)
    found: dict[str, object] = {}
    for name, address in filled.items():
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[name] = [*(barriers(page) if size != WIDE else []),  # the same page as at DESK
                       *(["wider than the screen"] if wide else [])]
    assert found == {name: [] for name in filled}
    page.context.close()


def test_a_stranger_sees_no_page_of_the_console(
    browser: Browser, desk: Messages, filled: dict[str, str]
) -> None:
    page = open_page(browser, desk.address)
    for address in filled.values():
        if address.startswith("/staff/"):
            answer = page.goto(address)
            assert answer and answer.status == 401, address
    page.context.close()


