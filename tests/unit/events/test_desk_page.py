"""The desk's page as it is without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.wrappers import Response

from kernel.rights import Rights
from kernel.web import Call
from kernel.web.call import read_form
from services.events.service import Http
from services.events.service.errors import code_of
from services.events.usecases.scanning import Scan, upload
from services.events.usecases.tickets import ticket_of
from services.events.web.desk_pages import DeskForm, DeskPages, SearchForm
from tests.acting import MEMBER, TRUSTED
from tests.unit.events.builders import NOON, Town

RIGHTS = MEMBER
CASEWORKER = TRUSTED


class Desk(DeskPages):
    """The page of a session that begins now, with one party of two."""

    def __init__(self, **order: Any) -> None:
        self.town = Town.in_memory()
        self.app, self.pages = self.town.app, Http.pages
        self.session_id = self.town.session(starts_at=NOON + timedelta(hours=1), **order)
        self.made = self.town.sign_up(self.session_id, 1, 2)
        self.ticket = ticket_of(self.app, self.made["registration_id"])
        self.town.clock.advance(timedelta(hours=1))

    def look(self, rights: Rights = RIGHTS, **query: str) -> str:
        form = read_form(urlencode(query).encode(), SearchForm())
        page = self.desk_search_page(Call({}, form=form, rights=rights), self.session_id)
        return str(page.get_data(as_text=True))

    def send(self, rights: Rights = RIGHTS, **fields: str) -> Response:
        told = {"nonce": "form-0001", "ticket": self.ticket, "direction": "in", **fields}
        form = read_form(urlencode(told).encode(), DeskForm())
        answer: Response = self.desk_scan_page(Call({}, form=form, rights=rights), self.session_id)
        return answer


@pytest.fixture
def desk() -> Desk:
    return Desk()


def counts(text: str) -> list[str]:
    return re.findall(r'data-count="\w+">(\d+)<', text)


def test_a_scan_says_who_came_and_counts_them(desk: Desk) -> None:
    assert counts(desk.look()) == ["2", "0", "0"]
    answer = desk.send(gate="东门")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "已签到 2 人" in text and "测试0001、测试0002" in text and "东门" in text
    assert counts(text) == ["2", "2", "2"]


def test_the_form_sent_again_is_the_same_scan(desk: Desk) -> None:
    desk.send()
    assert desk.send().status_code == 200
    assert len(desk.town.told("scanned_in")) == 2


def test_a_refusal_says_why_and_how_to_force_it(desk: Desk) -> None:
    desk.send()
    refused = desk.send(nonce="form-0002")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409 and "已经签到" in text
    assert '<details id="force" open>' in text and desk.ticket in text
    forced = desk.send(nonce="form-0003", reason="领队证明").get_data(as_text=True)
    assert "强制签到，越过：已在场内" in forced


def test_a_forged_ticket_and_an_empty_field_are_told(desk: Desk) -> None:
    assert "不是本系统签发" in desk.send(ticket=f"{desk.ticket}0").get_data(as_text=True)
    empty = desk.send(ticket="")
    assert empty.status_code == 422 and "请扫码或填写票号" in empty.get_data(as_text=True)


def test_a_search_shows_enough_to_recognise_somebody(desk: Desk) -> None:
    text = desk.look(term="0002")
    assert "手机尾号 0001、0002" in text and "测试0002" in text
    assert "1390000" not in text
    assert "没有找到" in desk.look(term="张三")


def test_a_confidential_desk_shows_names_to_caseworkers_only() -> None:
    desk = Desk(programme="growth-camp", title="成长营一期", place="某处")
    plain = desk.send().get_data(as_text=True) + desk.look(term="测试")
    assert "测试00" not in plain and "成长营" not in plain and "某处" not in plain
    assert "只有个案工作人员" in plain
    seen = desk.look(CASEWORKER, term="测试")
    assert "测试0001" in seen and "成长营一期" in seen


def test_a_double_admission_is_on_the_page(desk: Desk) -> None:
    for gate in ("东门", "西门"):
        upload(desk.app, desk.session_id, [Scan(
            session_id=desk.session_id, registration_id=desk.made["registration_id"],
            direction="in", nonce=gate, at=desk.town.clock(), gate=gate,
        )], code_of=code_of)
    text = desk.look()
    assert "重复放行" in text and "东门 先放行" in text and "西门 又放行" in text


def test_the_shell_for_the_time_without_signal_holds_no_name_and_no_title(desk: Desk) -> None:
    desk.send()
    shell = desk.desk_shell(Call({}, rights=RIGHTS), desk.session_id).get_data(as_text=True)
    assert "测试" not in shell and "海边" not in shell and desk.session_id in shell


def test_pages_bring_no_inline_script(desk: Desk) -> None:
    assert re.findall(r"<script(?![^>]* src=)|\son\w+=", desk.look()) == []
    worker = desk.desk_worker(Call({}))
    assert worker.mimetype == "text/javascript"
