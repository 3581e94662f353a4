"""Staff register, find, record and correct persons in a real browser, scripts or none (C-17)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import barriers_at
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.e2e.test_register_pages import fill
from tests.rig.process import Process
from tests.rig.volunteers import open_volunteers
from tests.unit.volunteers.office import card

RECEPTION, CHECKER = "token-of-the-reception", "token-of-the-checker"
WHY = "户口本和身份证原件都已当面核对"


@pytest.fixture(scope="module")
def volunteers(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with open_volunteers(mongodb_uri, tmp_path_factory.mktemp("people")) as running:
        yield running


def registered(page: Page, number: int) -> str:
    """Somebody registered at the desk; their number."""
    page.goto("/staff/volunteers/new")
    fill(page, number)
    page.locator("[name='agree.id_number']").check()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("交给本人")
    return page.locator("dd").first.inner_text()


def test_c_17_a_paper_and_a_name_go_through_two_hands_with_the_keyboard_and_without_scripts(
    browser: Browser, volunteers: Process
) -> None:
    desk, eyes = (open_page(browser, volunteers.address, size=DESK, scripts=False, token=token)
                  for token in (RECEPTION, CHECKER))
    wrong = card("1990-01-01")[:-1] + card("1990-01-01", 2)[-1]
    desk.goto("/staff/volunteers/new")
    fill(desk, 1)
    desk.get_by_label("证件号码", exact=True).fill(wrong)
    desk.locator("[name='agree.id_number']").check()
    desk.get_by_label("姓名", exact=True).press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("校验码不对")
    expect(desk.get_by_label("手机号", exact=True)).to_have_value("13900000001")
    number = registered(desk, 1)
    desk.get_by_role("link", name="打开这位志愿者").press("Enter")
    desk.get_by_role("link", name="登记资格").press("Enter")
    for label, text in (("名称", "急救证"), ("资格代码", "first-aid"), ("出具单位", "测试单位"),
                        ("依据", "证书 1")):
        desk.get_by_label(label).fill(text)
    desk.get_by_role("button", name="登记资格").press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("须由其他人核实")
    desk.get_by_role("link", name="更正资料").press("Enter")
    desk.get_by_label("新的姓名").fill("测试改名")
    desk.get_by_label("理由").fill(WHY)
    desk.get_by_role("button", name="提交审核").press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("须由其他人审核")
    eyes.goto("/staff/volunteers")
    eyes.get_by_label("证件号码").fill(card("1990-01-01"))
    eyes.get_by_role("button", name="按证件查找").press("Enter")
    expect(eyes).to_have_url(re.compile(f"/staff/volunteers/{number}$"))
    eyes.get_by_role("link", name="急救证").press("Enter")
    eyes.get_by_label("看到了什么").fill("原件已核对")
    eyes.get_by_role("button", name="已核实").press("Enter")
    expect(eyes.locator("tbody .tag")).to_have_text("有效")
    eyes.get_by_role("link", name="资料申请").press("Enter")
    eyes.get_by_role("link", name="更正资料").press("Enter")
    eyes.get_by_text("通过", exact=True).click()
    eyes.get_by_label("原因").fill("已核对")
    eyes.get_by_role("button", name="提交决定").press("Enter")
    expect(eyes.get_by_role("status")).to_contain_text("已通过")
    eyes.goto(f"/staff/volunteers/{number}/record")
    eyes.get_by_label("理由").fill("窗口出具记录")
    eyes.get_by_role("button", name="打开记录").press("Enter")
    expect(eyes.get_by_role("region", name="第五条 个人基本信息")).to_contain_text("测试改名")
    with eyes.expect_download() as file:
        eyes.get_by_role("button", name="下载 XLSX").press("Enter")
    assert file.value.suggested_filename == f"record-{number}.xlsx"
    for page in (desk, eyes):
        page.context.close()


@pytest.fixture(scope="module")
def waiting(browser: Browser, volunteers: Process) -> dict[str, str]:
    """One of everything; addresses by what they show."""
    desk = open_page(browser, volunteers.address, size=DESK, token=RECEPTION)
    number = registered(desk, 7)
    here = f"/staff/volunteers/{number}"
    desk.goto(f"{here}/new/honour")
    for label, text in (("名称", "区优秀志愿者和年度海风与书声之夜活动特别贡献奖" * 2),
                        ("授予单位", "测试单位"), ("依据", "文 1")):
        desk.get_by_label(label).fill(text)
    desk.get_by_label("授予日期").fill("2026-05-01")
    desk.get_by_role("button", name="登记表彰奖励").click()
    desk.goto(f"{here}/amend")
    desk.get_by_label("新的手机号").fill("139 0000 0077")
    desk.get_by_label("理由").fill(WHY * 3)
    desk.get_by_role("button", name="提交审核").click()
    desk.goto("/staff/requests/recoveries/new")
    fill(desk, 7)
    desk.get_by_role("button", name="提交审核").click()
    desk.context.close()
    eyes = open_page(browser, volunteers.address, size=DESK, token=CHECKER)
    eyes.goto("/staff/requests")
    amendment, recovery = (
        str(eyes.locator(f"a.row[href*='{kind}']").first.get_attribute("href"))
        for kind in ("amendments", "recoveries"))
    eyes.context.close()
    return {
        "find": "/staff/volunteers", "register": "/staff/volunteers/new", "volunteer": here,
        "paper": f"{here}/new/insurance", "rating": f"{here}/new/rating",
        "record": f"{here}/record", "amend": f"{here}/amend", "guardian": f"{here}/guardian",
        "requests": "/staff/requests", "recover": "/staff/requests/recoveries/new",
        "amendment": amendment, "recovery": recovery, "retention": "/staff/retention",
    }


def test_no_page_of_the_desk_has_barriers_and_none_is_wider_than_the_screen(
    browser: Browser, volunteers: Process, waiting: dict[str, str]
) -> None:
    page = open_page(browser, volunteers.address, token=CHECKER)
    found: dict[str, object] = {}

    def look(name: str) -> None:
        found[name] = barriers_at(page, [PHONE, DESK, WIDE])

    for name, address in waiting.items():
        page.goto(address)
        look(name)
    for name, button in (("register", "登记"), ("paper", "登记保险"), ("amendment", "提交决定")):
        page.goto(waiting[name])
        page.locator("main").get_by_role("button", name=button).click()
        expect(page.get_by_role("alert")).to_be_visible()
        look(f"{name} with faults")
    page.goto(waiting["record"])
    page.get_by_label("理由").fill(WHY)
    page.get_by_role("button", name="打开记录").click()
    look("whole record")
    assert found == {name: [] for name in found} and len(found) == len(waiting) + 4
    page.context.close()


def test_a_stranger_sees_no_page_of_the_desk(browser: Browser, volunteers: Process,
                                             waiting: dict[str, str]) -> None:
    page = open_page(browser, volunteers.address)
    for address in waiting.values():
        assert page.request.get(address).status == 401, address
    page.context.close()
