"""The counter for people's data: found, corrected, looked at, erased, given a guardian (C-29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.acting import Acting
from services.events.domain.broken import UnknownReference
from services.events.domain.family import TEXT_VERSION
from services.events.domain.person import Newcomer
from services.events.usecases import looks, own_data
from services.events.usecases.family import guarding, leaving
from services.events.usecases.resident_signing_in import stands_for
from services.events.usecases.signing_up import sign_up
from tests.acting import MEMBER
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.console import FORM_KEY, Console, text
from tests.unit.events.test_family import PHONE, account_of, add

GROWN = {"name": "测试0001", "phone": PHONE}
KEY = {"key": FORM_KEY}


@pytest.fixture
def desk(town: Town) -> Console:
    return Console(town, replace(MEMBER, actor="li"))


@pytest.fixture
def account(town: Town) -> str:
    return account_of(town)


@pytest.fixture
def grown(town: Town, account: str) -> str:
    [ref] = stands_for(town.app, account)
    return ref


@pytest.fixture
def child(town: Town, account: str) -> str:
    return add(town, account)


def led_to(answer: Any) -> str:
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"])


def name_of(town: Town, ref: str) -> str | None:
    contact = own_data.export_person(town.app, ref).contact
    return contact.name if contact else None


def test_who_is_at_the_counter_is_found_by_both_name_and_telephone(
        desk: Console, grown: str) -> None:
    assert led_to(desk.post("find_person_page", GROWN)) == f"/staff/people/{grown}"
    page = desk.page("person_page", person_ref=grown)
    assert "测试0001" in page and PHONE in page and f"{grown}/export.xlsx" in page
    missed = desk.post("find_person_page", GROWN | {"name": "测试0009"})
    assert missed.status_code == 404 and "没有找到" in text(missed)
    empty = desk.post("find_person_page", {"name": "", "phone": "12"})
    assert empty.status_code == 422
    assert 'href="#name"' in text(empty) and 'href="#phone"' in text(empty)


def test_what_is_corrected_is_said_and_what_is_left_empty_stays(
        town: Town, desk: Console, grown: str) -> None:
    def corrected(**fields: str) -> Any:
        typed = {"name": "", "phone": "", "birth_date": ""} | fields
        return desk.post("correct_person_order", KEY | typed, person_ref=grown)

    assert led_to(corrected(name="测试改名")).endswith("?done=corrected")
    contact = own_data.export_person(town.app, grown).contact
    assert contact is not None and (contact.name, contact.phone) == ("测试改名", PHONE)
    assert led_to(corrected(name="测试改名")).endswith("?done=corrected")  # the same form again
    assert led_to(corrected(phone=PHONE)).endswith("?done=same")
    nothing = corrected()
    assert nothing.status_code == 422 and "请填写要更正的内容" in text(nothing)
    wrong = corrected(birth_date="2999-01-01")
    assert wrong.status_code == 422 and "请检查出生日期" in text(wrong)


def test_somebody_elses_name_and_telephone_are_refused_at_the_field(
        town: Town, desk: Console, grown: str) -> None:
    account_of(town, "13900000002", "测试0002")
    taken = desk.post("correct_person_order",
                      KEY | {"name": "测试0002", "phone": "13900000002"}, person_ref=grown)
    assert taken.status_code == 409 and "已有别人" in text(taken)
    assert 'value="测试0002"' in text(taken)  # what was typed stays
    assert name_of(town, grown) == "测试0001"


def test_c_28_a_child_is_masked_until_other_eyes_allowed_a_look(
        town: Town, desk: Console, child: str) -> None:
    masked = desk.page("person_page", person_ref=child)
    assert "测试小孩" not in masked and "139****0001" in masked and "2015" not in masked
    assert "export.xlsx" not in masked
    ask = KEY | {"reason": "监护人要求导出"}
    assert desk.post("ask_person_look_order", KEY | {"reason": ""},
                     person_ref=child).status_code == 422
    for _ in range(2):  # the same form twice is one look
        led_to(desk.post("ask_person_look_order", ask, person_ref=child))
    [look] = looks.pending(town.app)
    assert "等别人批准" in desk.page("person_page", person_ref=child)
    looks.decide(town.app, look.request_id, approve=True, reason="属实",
                 acting=Acting(actor="wang"))
    opened = desk.page("person_page", person_ref=child)
    assert "测试小孩" in opened and "2015-03-01" in opened and "export.xlsx" in opened
    other = Console(town, replace(MEMBER, actor="zhang")).page("person_page", person_ref=child)
    assert "测试小孩" not in other


def test_c_29_erasing_asks_whether_it_is_meant(town: Town, desk: Console, grown: str) -> None:
    unsure = desk.post("erase_person_order", KEY, person_ref=grown)
    assert unsure.status_code == 422 and "请先勾选确认" in text(unsure)
    assert name_of(town, grown) == "测试0001"
    assert led_to(desk.post("erase_person_order", KEY | {"sure": "1"}, person_ref=grown))
    page = desk.page("person_page", person_ref=grown)
    assert "资料已删除" in page and PHONE not in page and "/erase" not in page
    assert desk.post("find_person_page", GROWN).status_code == 404
    gone = desk.post("correct_person_order", KEY | {"name": "测试又来"}, person_ref=grown)
    assert gone.status_code == 404


def test_c_25_a_child_without_a_guardian_is_found_and_given_one_on_paper(
        town: Town, desk: Console, account: str, child: str) -> None:
    assert "每个孩子都有监护人" in desk.page("people_page")
    leaving.leave(town.app, account, child, sure=True)
    assert f'href="/staff/people/{child}"' in desk.page("people_page")
    assert "没有人可以替孩子办事" in desk.page("person_page", person_ref=child)
    other = account_of(town, "13900000003", "测试0003")
    paper = KEY | {"guardian_name": "测试0003", "guardian_phone": "139 0000 0003", "seen": "1",
                   "text_version": TEXT_VERSION}

    unseen = desk.post("give_guardian_order", paper | {"seen": ""}, person_ref=child)
    assert unseen.status_code == 422 and "签了字的同意书" in text(unseen)
    nobody = desk.post("give_guardian_order", paper | {"guardian_name": "测试0009"},
                       person_ref=child)
    assert nobody.status_code == 404 and 'href="#guardian_name"' in text(nobody)
    old = desk.post("give_guardian_order", paper | {"text_version": "2020-01"}, person_ref=child)
    assert old.status_code == 409 and guarding.without_guardian(town.app) != []

    assert led_to(desk.post("give_guardian_order", paper, person_ref=child))
    assert child in stands_for(town.app, other)
    assert guarding.without_guardian(town.app) == []
    assert "<dd>有</dd>" in desk.page("person_page", person_ref=child)


def test_a_child_is_no_guardian(town: Town, desk: Console, child: str) -> None:
    young = Newcomer(name="测试少年", phone="13900000004", birth_date=date(2006, 5, 1))
    sign_up(town.app, town.session(), [young], caller=PUBLIC)
    refused = desk.post("give_guardian_order", KEY | {
        "guardian_name": "测试少年", "guardian_phone": "13900000004", "seen": "1",
        "text_version": TEXT_VERSION}, person_ref=child)
    assert refused.status_code == 409 and 'href="#guardian_name"' in text(refused)


def test_who_is_of_age_has_no_form_for_a_guardian(
        town: Town, desk: Console, grown: str, child: str) -> None:
    assert "登记监护人" not in desk.page("person_page", person_ref=grown)
    town.clock.advance(timedelta(days=365 * 19))
    assert "登记监护人" not in desk.page("person_page", person_ref=child)


def test_nobody_by_that_reference_is_a_404(desk: Console) -> None:
    with pytest.raises(UnknownReference):
        desk.page("person_page", person_ref="nobody")
