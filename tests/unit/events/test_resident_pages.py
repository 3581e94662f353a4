"""Signed in: all registrations of the account's people, their data, and a form to tick them on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.web import Call, Refused
from kernel.web.call import read_form
from services.events.domain.broken import UnknownConsent, UnknownReference
from services.events.domain.person import Guardian, Newcomer
from services.events.usecases.signing_up import sign_up
from services.events.web.forms import DecisionForm, NoFields, SignUpForm
from services.events.web.resident_own_pages import EraseForm, NameForm
from tests.unit.events.browsing import Pages, body_of, registration_of, text_of
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.test_resident_sign_in import Browser

PHONE = "13900000001"
CHILD = Newcomer(name="测试小孩", phone="13900000009", birth_date=date(2015, 3, 1),
                 guardian=Guardian(name="测试0001", phone=PHONE))


@pytest.fixture
def browser(town: Town, pages: Pages) -> Browser:
    return Browser(town, pages)


def form_of(schema: Any, **fields: str) -> Any:
    return read_form(body_of(fields), schema)


def me(browser: Browser) -> str:
    return text_of(browser.pages.me_page(browser.call(done="")))


def test_mine_shows_every_registration_on_any_device_what_comes_first(
        town: Town, browser: Browser) -> None:
    town.sign_up(town.session(title="海边音乐会"), 1)
    town.sign_up(town.session(title="山上音乐会", starts_at=town.clock() + timedelta(days=1)), 1, 2)
    town.sign_up(town.session(title="别人的音乐会"), 3)
    before = text_of(browser.pages.mine_page(browser.call()))
    browser.sign_in(PHONE)
    after = text_of(browser.pages.mine_page(browser.call()))
    assert "音乐会" not in before and "用手机号登录" in before
    assert 0 < after.index("山上音乐会") < after.index("海边音乐会")
    assert "别人的音乐会" not in after and "退出登录" in after


def test_who_signed_up_since_is_there_at_the_next_look(town: Town, browser: Browser) -> None:
    assert browser.sign_in(PHONE).person_refs == ()
    town.sign_up(town.session(), 1)
    assert "测试0001" in me(browser) and len(browser.refs()) == 1


def test_a_ward_with_a_telephone_of_their_own_belongs_to_the_guardian(
        town: Town, browser: Browser) -> None:
    sign_up(town.app, town.session(), [CHILD], caller=PUBLIC)
    browser.sign_in(PHONE)
    assert "测试小孩" in me(browser) and "由监护人管理" in me(browser)


def test_nobody_becomes_the_guardian_of_somebody_known_by_naming_themselves(
        town: Town, browser: Browser) -> None:
    known = Newcomer(name="测试小孩", phone="13900000009", birth_date=date(2006, 3, 1))
    sign_up(town.app, town.session(), [known], caller=PUBLIC)
    claimed = replace(known, guardian=CHILD.guardian)
    sign_up(town.app, town.session(starts_at=town.clock() + timedelta(days=1)), [claimed],
            caller=PUBLIC)
    browser.sign_in(PHONE)
    assert "测试小孩" not in me(browser)


def test_the_form_offers_the_family_and_signs_up_who_is_ticked(
        town: Town, browser: Browser) -> None:
    town.sign_up(town.session(starts_at=town.clock() + timedelta(days=1)), 1)
    [ref] = browser.sign_in(PHONE).person_refs
    session_id = town.session()
    activity_id = town.pool(session_id).activity_id
    shown = text_of(browser.pages.activity_page(browser.call(session=None), activity_id))
    assert f'name="known.{ref}"' in shown and "测试0001" in shown and PHONE not in shown
    form = form_of(SignUpForm(), session=session_id, key="form-0001", **{f"known.{ref}": "1"})
    answer = browser.pages.sign_up_page(browser.call(form), activity_id)
    assert town.app.store.registrations.one(registration_of(answer)).party == (ref,)


def test_a_fault_of_who_was_ticked_is_shown_at_their_box(town: Town, browser: Browser) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    [ref] = browser.sign_in(PHONE).person_refs
    form = form_of(SignUpForm(), session=session_id, key="form-0001", name_0="测试0002",
                   phone_0="13900000002", **{f"known.{ref}": "1"})
    page = browser.pages.sign_up_page(browser.call(form), town.pool(session_id).activity_id)
    assert page.status_code == 409 and f'href="#known.{ref}"' in text_of(page)


def test_nobody_signs_up_by_reference_whom_their_account_does_not_stand_for(
        town: Town, browser: Browser) -> None:
    town.sign_up(town.session(), 2)
    [other] = town.database["people"].distinct("_id")
    session_id = town.session()
    for signs_in in (False, True):
        if signs_in:
            browser.sign_in(PHONE)
        form = form_of(SignUpForm(), session=session_id, key="form-0001",
                       **{f"known.{other}": "1"})
        page = browser.pages.sign_up_page(browser.call(form), town.pool(session_id).activity_id)
        assert page.status_code == 409 and "没有登记过" in text_of(page)


def test_own_data_is_taken_along_as_json_and_csv(town: Town, browser: Browser) -> None:
    town.sign_up(town.session(), 1)
    [ref] = browser.sign_in(PHONE).person_refs
    found = browser.pages.my_record_file(browser.call(), ref, "json")
    assert json.loads(found.get_data())["phone"] == PHONE
    rows = browser.pages.my_record_file(browser.call(), ref, "csv").get_data(as_text=True)
    assert PHONE in rows and "海边音乐会" in rows


def test_what_belongs_to_another_account_is_not_there(town: Town, browser: Browser) -> None:
    town.sign_up(town.session(), 2)
    [other] = town.database["people"].distinct("_id")
    browser.sign_in(PHONE)
    asks: list[Any] = [
        lambda: browser.pages.my_person_page(browser.call(), other),
        lambda: browser.pages.my_record_file(browser.call(), other, "json"),
        lambda: browser.pages.my_name_page(browser.call(form_of(NameForm(), name="甲")), other),
        lambda: browser.pages.my_erasure_page(browser.call(form_of(EraseForm(), sure="1")), other),
    ]
    for ask in asks:
        with pytest.raises(UnknownReference):
            ask()


def test_a_name_is_put_right_and_the_person_erased_once_it_is_meant(
        town: Town, browser: Browser) -> None:
    town.sign_up(town.session(), 1)
    [ref] = browser.sign_in(PHONE).person_refs
    browser.pages.my_name_page(browser.call(form_of(NameForm(), name="测试新名")), ref)
    assert "测试新名" in me(browser)
    page = browser.pages.my_erasure_page(browser.call(form_of(EraseForm(), none="")), ref)
    assert page.status_code == 422 and "请先勾选确认" in text_of(page)
    assert "删不到志愿者档案" in text_of(page)
    browser.pages.my_erasure_page(browser.call(form_of(EraseForm(), sure="1")), ref)
    assert "测试新名" not in me(browser) and browser.refs() == ()
    after = text_of(browser.pages.me_page(browser.call(done="erased")))
    assert "志愿者档案要在志愿服务" in after


def test_a_guardian_who_is_signed_in_consents_without_the_code_but_explicitly(
        town: Town, browser: Browser) -> None:
    made = sign_up(town.app, town.session(), [CHILD], caller=PUBLIC)
    browser.sign_in(PHONE)
    [consent] = town.database["consents"].find()
    assert f"/me/consents/{consent['_id']}" in me(browser)
    shown = text_of(browser.pages.my_consent_page(browser.call(), consent["_id"]))
    assert "你同意吗" in shown and "同意书版本" in shown
    form = form_of(DecisionForm(), decision="given")
    browser.pages.my_consent_decision_page(browser.call(form), consent["_id"])
    assert town.app.store.registrations.one(made["registration_id"]).status == "confirmed"
    [kept] = town.database["consents"].find()
    assert (kept["state"], kept["method"]) == ("given", "account")


def test_nobody_else_sees_or_gives_the_guardians_consent(town: Town, browser: Browser) -> None:
    sign_up(town.app, town.session(), [CHILD], caller=PUBLIC)
    [consent] = town.database["consents"].find()
    browser.sign_in("13900000005")
    with pytest.raises(UnknownConsent):
        browser.pages.my_consent_page(browser.call(), consent["_id"])
    form = form_of(DecisionForm(), decision="given")
    browser.pages.my_consent_decision_page(browser.call(form), consent["_id"])
    [kept] = town.database["consents"].find()
    assert kept["state"] == "requested"


def test_a_device_is_signed_out_from_another_and_all_at_once(
        town: Town, pages: Pages, browser: Browser) -> None:
    browser.sign_in(PHONE)
    town.clock.advance(town.app.policy.told_again / 20)
    other = Browser(town, pages)
    login_id = other.sign_in(PHONE).login_id
    assert "安卓 · Chrome" in me(browser) and "在所有设备上退出" in me(browser)
    pages.end_login_page(browser.call(form_of(NoFields())), login_id)
    assert other.who() is None and browser.who() is not None
    third = Browser(town, pages)
    town.clock.advance(town.app.policy.told_again / 20)
    third.sign_in(PHONE)
    pages.end_logins_page(browser.call(form_of(NoFields())))
    assert third.who() is None and browser.who() is None


def test_nobody_ends_the_login_of_another_account(town: Town, pages: Pages,
                                                  browser: Browser) -> None:
    login_id = browser.sign_in(PHONE).login_id
    other = Browser(town, pages)
    other.sign_in("13900000002")
    pages.end_login_page(other.call(form_of(NoFields())), login_id)
    assert browser.who() is not None


def test_who_is_not_signed_in_is_asked_to_and_other_sites_change_nothing(
        town: Town, browser: Browser) -> None:
    page = browser.pages.me_page(browser.call(done=""))
    assert page.headers["Location"] == "/sign-in?next=/me"
    browser.sign_in(PHONE)
    call: Call = browser.call(form_of(NoFields()), site="cross-site")
    with pytest.raises(Refused):
        browser.pages.end_logins_page(call)
    assert browser.who() is not None
