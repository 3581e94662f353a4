"""The family's pages: children with consent, adults by code, forms that keep what was typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Response

from kernel.web import Refused
from services.events.domain.broken import UnknownReference
from services.events.domain.family import TEXT_VERSION
from services.events.web.forms import SignUpForm
from services.events.web.resident_child_pages import ChildForm, GuardianDecisionForm
from services.events.web.resident_family_pages import GuardianForm, LeaveForm, OwnNameForm
from services.events.web.resident_joining_pages import AdultPhoneForm, JoinForm
from tests.unit.events.browsing import Pages, registration_of, text_of
from tests.unit.events.builders import Town
from tests.unit.events.test_resident_pages import form_of
from tests.unit.events.test_resident_sign_in import Browser, code_of, wrong

PHONE, OTHER = "13900000001", "13900000002"


@pytest.fixture
def browser(town: Town, pages: Pages) -> Browser:
    return signed_in(town, pages, PHONE, "测试0001")


def signed_in(town: Town, pages: Pages, phone: str, name: str) -> Browser:
    town.clock.advance(timedelta(minutes=2))
    browser = Browser(town, pages)
    browser.sign_in(phone)
    pages.family_name_page(browser.call(form_of(OwnNameForm(), name=name)))
    return browser


def family(browser: Browser) -> str:
    return text_of(browser.pages.family_page(browser.call(done="")))


def add_child(browser: Browser, **changes: str) -> Response:
    fields = {"name": "测试小孩", "birth_date": "2015-03-01", "text_version": TEXT_VERSION,
              "agreed": "1", **changes}
    form = form_of(ChildForm(), **fields)
    page: Response = browser.pages.new_child_order(browser.call(form))
    return page


def child_of(browser: Browser) -> str:
    add_child(browser)
    found = re.search(r"/me/family/people/(\w+)\"", family(browser))
    assert found
    return found[1]


def ask(browser: Browser, phone: str = OTHER) -> Response:
    browser.town.clock.advance(timedelta(minutes=2))
    form = form_of(AdultPhoneForm(), phone=phone)
    return browser.keep(browser.pages.ask_adult_page(browser.call(form)))


def join(browser: Browser, code: str, name: str = "测试0002") -> Response:
    form = form_of(JoinForm(), name=name, code=code)
    return browser.keep(browser.pages.join_order(browser.call(form)))


def leave(browser: Browser, ref: str, **fields: str) -> Response:
    form = form_of(LeaveForm(), none="", **fields)
    page: Response = browser.pages.leave_family_page(browser.call(form), ref)
    return page


def test_a_name_comes_first_then_children_and_adults(town: Town, pages: Pages) -> None:
    browser = Browser(town, pages)
    browser.sign_in(PHONE)
    before = family(browser)
    assert "先填写你自己的姓名" in before and "添加孩子" not in before.partition("<form")[0]
    assert browser.pages.new_child_page(browser.call()).headers["Location"] == "/me/family"
    pages.family_name_page(browser.call(form_of(OwnNameForm(), name="测试0001")))
    assert "测试0001" in family(browser) and "请大人加入" in family(browser)


def test_a_child_is_added_once_the_guardian_agreed_to_the_text(browser: Browser) -> None:
    shown = text_of(browser.pages.new_child_page(browser.call()))
    assert "把孩子加入家庭的说明" in shown and f"同意书版本 {TEXT_VERSION}" in shown
    refused = add_child(browser, agreed="")
    assert refused.status_code == 422 and "需要监护人同意" in text_of(refused)
    assert 'value="测试小孩"' in text_of(refused)
    assert add_child(browser).status_code == 303
    assert "测试小孩" in family(browser) and "监护人同意" in family(browser)


@pytest.mark.parametrize(("field", "value", "says"), [
    ("birth_date", "1990-01-01", "已满十八周岁"), ("text_version", "2020-01", "同意书已更新"),
    ("birth_date", "昨天", "请填写日期"), ("name", "", "必填"),
])
def test_a_fault_stands_at_its_field(browser: Browser, field: str, value: str, says: str) -> None:
    page = add_child(browser, **{field: value})
    assert page.status_code in (409, 422) and says in text_of(page)
    assert "测试小孩" not in family(browser)


def test_an_adult_joins_by_the_code_and_is_ticked_at_the_next_sign_up(
        town: Town, browser: Browser) -> None:
    assert ask(browser).headers["Location"] == "/me/family/code"
    shown = text_of(browser.pages.join_page(browser.call()))
    assert "139****0002" in shown and OTHER not in shown
    page = join(browser, wrong(code_of(town, OTHER)))
    assert page.status_code == 409 and "还可以试 4 次" in text_of(page)
    assert 'value="测试0002"' in text_of(page)
    assert join(browser, code_of(town, OTHER)).status_code == 303
    session_id = town.session()
    activity_id = town.pool(session_id).activity_id
    page_of = text_of(browser.pages.activity_page(browser.call(session=None), activity_id))
    refs = re.findall(r'name="known\.(\w+)"', page_of)
    assert "测试0002" in page_of and len(refs) == 2
    form = form_of(SignUpForm(), session=session_id, key="form-0001",
                   **{f"known.{ref}": "1" for ref in refs})
    made = registration_of(browser.pages.sign_up_page(browser.call(form), activity_id))
    assert set(town.app.store.registrations.one(made).party) == set(refs)


def test_known_and_unknown_telephones_are_asked_alike(town: Town, browser: Browser) -> None:
    town.sign_up(town.session(), 2)
    seen = []
    for phone in (OTHER, "13900000003"):
        asked = ask(browser, phone)
        shown = text_of(browser.pages.join_page(browser.call()))
        refused = text_of(join(browser, wrong(code_of(town, phone))))
        seen.append((asked.status_code, asked.headers["Location"],
                     re.sub(r"\*\*\*\*\d{4}|\d\d:\d\d", "", shown + refused)))
    assert seen[0] == seen[1]


def test_too_many_codes_are_refused_with_the_time_to_come_back(browser: Browser) -> None:
    for number in range(5):
        ask(browser, f"1390000100{number}")
    page = ask(browser, "13900001009")
    assert page.status_code == 429 and int(page.headers["Retry-After"]) > 0
    assert ask(browser, PHONE).status_code == 409


def test_either_adult_ends_it_on_their_own_account(town: Town, pages: Pages,
                                                   browser: Browser) -> None:
    ask(browser)
    join(browser, code_of(town, OTHER))
    other = signed_in(town, pages, OTHER, "测试0002")
    [mine] = re.findall(r"/me/family/people/(\w+)", family(other))
    shown = text_of(other.pages.family_member_page(other.call(), mine))
    assert "测试0001" in shown and "139****0001" in shown and "资料归对方自己" in shown
    with pytest.raises(UnknownReference):
        other.pages.my_person_page(other.call(), mine)
    assert leave(other, mine).headers["Location"] == "/me/family?done=left"
    assert "测试0002" not in family(browser) and "测试0001" not in family(other)


def test_the_last_guardian_has_to_say_that_it_is_meant(browser: Browser) -> None:
    ref = child_of(browser)
    shown = text_of(browser.pages.family_member_page(browser.call(), ref))
    assert "你是唯一的监护人" in shown
    page = leave(browser, ref)
    assert page.status_code == 409 and 'href="#sure"' in text_of(page)
    assert leave(browser, ref, sure="1").status_code == 303
    assert "测试小孩" not in family(browser)


def test_a_second_guardian_is_asked_and_answers(town: Town, pages: Pages,
                                                browser: Browser) -> None:
    ref = child_of(browser)
    ask(browser)
    join(browser, code_of(town, OTHER))
    [kin] = re.findall(r'<option value="(\w{8,})"', text_of(
        browser.pages.family_member_page(browser.call(), ref)))
    form = form_of(GuardianForm(), guardian_ref=kin)
    browser.pages.name_guardian_page(browser.call(form), ref)
    other = signed_in(town, pages, OTHER, "测试0002")
    assert "有事请你决定" in text_of(other.pages.me_page(other.call(done="")))
    assert "你同意吗" in text_of(other.pages.asked_guardian_page(other.call(), ref))
    said = form_of(GuardianDecisionForm(), decision="given", text_version=TEXT_VERSION)
    other.pages.guardian_decision_page(other.call(said), ref)
    assert "测试小孩" in family(other) and "另有 1 位监护人" in family(browser)
    assert leave(browser, ref).status_code == 303 and "测试小孩" in family(other)


def test_whoever_is_of_another_family_is_not_there(town: Town, pages: Pages,
                                                   browser: Browser) -> None:
    ref = child_of(browser)
    other = signed_in(town, pages, OTHER, "测试0002")
    asks: list[Any] = [
        lambda: other.pages.family_member_page(other.call(), ref),
        lambda: other.pages.asked_guardian_page(other.call(), ref),
        lambda: leave(other, ref, sure="1"),
    ]
    for each in asks:
        with pytest.raises(UnknownReference):
            each()
    assert "测试小孩" in family(browser)


def test_who_is_not_signed_in_is_asked_to_and_forms_of_other_sites_change_nothing(
        town: Town, pages: Pages, browser: Browser) -> None:
    stranger = Browser(town, pages)
    for page in (pages.family_page(stranger.call(done="")), pages.join_page(stranger.call()),
                 pages.adult_page(stranger.call()), pages.new_child_page(stranger.call()),
                 pages.family_member_page(stranger.call(), "x"), add_child(stranger)):
        assert page.headers["Location"] == "/sign-in?next=/me/family"
    call = browser.call(form_of(AdultPhoneForm(), phone=OTHER), site="cross-site")
    with pytest.raises(Refused):
        pages.ask_adult_page(call)


def test_a_code_that_was_asked_for_in_another_browser_is_of_no_use(
        town: Town, pages: Pages, browser: Browser) -> None:
    ask(browser)
    town.clock.advance(timedelta(minutes=2))
    again = Browser(town, pages)
    again.sign_in(PHONE)
    page = join(again, code_of(town, OTHER))
    assert page.status_code == 409 and "验证码已失效" in text_of(page)
    assert "测试0002" not in family(browser)
