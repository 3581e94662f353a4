"""Residents' pages as they are without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.wrappers import Response

from kernel.web import Call
from kernel.web.call import read_form
from services.events.service import Http
from services.events.web.forms import SignUpForm, rows_of
from services.events.web.pages import PageDoors
from tests.unit.events.builders import Town


class Pages(PageDoors):
    """The page doors without a server around them."""

    def __init__(self, town: Town) -> None:
        self.app, self.pages = town.app, Http.pages

    def post(self, activity_id: str, **fields: str) -> Response:
        """The form as a browser sends it; `name_0` stands for `party.0.name`."""
        call = Call({}, form=read_form(body_of(fields), SignUpForm()))
        answer: Response = self.sign_up_page(call, activity_id)
        return answer


def body_of(fields: Mapping[str, str]) -> bytes:
    """As a browser encodes it."""
    names = {name: re.sub(r"^(name|phone)_(\d+)$", r"party.\2.\1", name) for name in fields}
    return urlencode({names[name]: value for name, value in fields.items()}).encode()


HOME = {"programme": None, "street": None}


@pytest.fixture
def town() -> Town:
    return Town.in_memory()


@pytest.fixture
def pages(town: Town) -> Pages:
    return Pages(town)


def opened(town: Town, **order: Any) -> tuple[str, dict[str, str]]:
    """An activity, and the fields of its form filled in for one person."""
    session_id = town.session(**order)
    fields = {"session": session_id, "key": "form-0001", "name_0": "测试", "phone_0": "13900000001"}
    return town.pool(session_id).activity_id, fields


def registration_of(answer: Response) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].rpartition("/")[2]


def test_the_first_page_lists_what_is_coming_by_programme(town: Town, pages: Pages) -> None:
    town.session(capacity=7)
    text = pages.home_page(Call({}, query=HOME)).get_data(as_text=True)
    assert "青年之夜" in text and "海边音乐会" in text and "还有 7 个名额" in text


def test_the_first_page_says_so_when_nothing_is_on(pages: Pages) -> None:
    assert "现在没有可以报名的活动" in pages.home_page(Call({}, query=HOME)).get_data(as_text=True)


def test_a_title_cannot_bring_its_own_markup(town: Town, pages: Pages) -> None:
    town.session(title="<script>alert(1)</script>")
    assert "<script>alert" not in pages.home_page(Call({}, query=HOME)).get_data(as_text=True)


def test_a_form_leads_to_the_registration(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    registration_id = registration_of(pages.post(activity_id, **fields))
    text = pages.registration_page(Call({}), registration_id).get_data(as_text=True)
    assert "你的位置已确认" in text and "海边音乐会" in text and "取消报名" in text


def test_the_same_form_twice_is_one_registration(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    first, second = (registration_of(pages.post(activity_id, **fields)) for _ in range(2))
    assert first == second
    assert town.pool(fields["session"]).taken == 1


def test_a_full_session_offers_the_line_and_says_the_place_in_it(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town, capacity=1)
    town.sign_up(fields["session"], 9)
    page = pages.activity_page(Call({}, query={"session": None}), activity_id)
    assert "已满，可候补" in page.get_data(as_text=True)
    registration_id = registration_of(pages.post(activity_id, **fields))
    text = pages.registration_page(Call({}), registration_id).get_data(as_text=True)
    assert "候补第 1 位" in text


def test_what_was_typed_stays_and_the_fault_names_its_field(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    answer = pages.post(activity_id, **{**fields, "phone_0": "12345"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#party.0.phone"' in text and 'id="party.0.phone-fault"' in text
    assert 'value="12345"' in text and 'value="测试"' in text


def test_an_empty_form_asks_for_name_and_number(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    answer = pages.post(activity_id, session=fields["session"], key=fields["key"])
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#party.0.name"' in text and 'href="#party.0.phone"' in text


def test_one_more_line_keeps_what_was_typed(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    text = pages.post(activity_id, **fields, add="1").get_data(as_text=True)
    assert 'value="13900000001"' in text and 'name="party.1.phone"' in text
    assert town.pool(fields["session"]).taken == 0


def test_somebody_who_is_already_in_is_told_which_line_it_is(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    registration_of(pages.post(activity_id, **fields))
    second = {**fields, "name_0": "测试二", "name_1": "测试", "phone_1": "13900000001"}
    answer = pages.post(activity_id, **second)
    assert answer.status_code == 409
    assert 'href="#party.1"' in answer.get_data(as_text=True)


def test_a_confidential_registration_shows_neither_title_nor_place(town: Town,
                                                                   pages: Pages) -> None:
    activity_id, fields = opened(town, programme="growth-camp", title="成长营一期", place="某处")
    registration_id = registration_of(pages.post(activity_id, **fields))
    text = pages.registration_page(Call({}), registration_id).get_data(as_text=True)
    assert "成长营" not in text and "某处" not in text


def test_cancelling_asks_once_and_then_says_so(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    registration_id = registration_of(pages.post(activity_id, **fields))
    asked = pages.ask_cancel_page(Call({}), registration_id).get_data(as_text=True)
    assert "确定取消报名" in asked
    assert registration_of(pages.cancel_page(Call({}), registration_id)) == registration_id
    text = pages.registration_page(Call({}), registration_id).get_data(as_text=True)
    assert "报名已取消" in text and f"{registration_id}/cancel" not in text


def test_before_opening_the_form_prepares(town: Town, pages: Pages) -> None:
    activity_id, _ = opened(town, opens_at=town.clock() + timedelta(days=1))
    page = pages.activity_page(Call({}, query={"session": None}), activity_id)
    text = page.get_data(as_text=True)
    assert "开放报名" in text and f'action="/activities/{activity_id}/prepare"' in text


def test_lines_left_empty_are_no_persons() -> None:
    typed = {"party.0.name": "", "party.2.name": "测试", "party.2.phone": "13900000001"}
    assert rows_of(typed) == [{"name": "测试", "phone": "13900000001"}]
