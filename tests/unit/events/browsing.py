"""Residents' pages without a server around them, filled in as a browser does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.web import Call
from kernel.web.call import read_form
from services.events.service import Http
from services.events.web.forms import DecisionForm, NoFields, SignUpForm
from services.events.web.pages import PageDoors
from tests.unit.events.builders import Town

HERE = "203.0.113.9"


def body_of(fields: Mapping[str, str]) -> bytes:
    """As a browser encodes it; `name_0` stands for `party.0.name`."""
    names = {name: re.sub(r"^(name|phone|birth_date|seat)_(\d+)$", r"party.\2.\1", name)
             for name in fields}
    return urlencode({names[name]: value for name, value in fields.items()}).encode()


def text_of(page: Response) -> str:
    return page.get_data(as_text=True)


def registration_of(answer: Response) -> str:
    """The id that the answer leads to."""
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"].rpartition("/")[2]


class Pages(PageDoors):
    """The page doors; `post…` sends a form."""

    def __init__(self, town: Town) -> None:
        self.app, self.pages = town.app, Http.pages
        self.kept: dict[str, str] = {}  # what the browser sends back: it holds what it signed up

    def call(self, form: Any = None, **query: Any) -> Call:
        return Call(dict(self.kept), query=query, form=form, address=HERE)

    def home(self, programme: str | None = None, street: str | None = None) -> str:
        return text_of(self.home_page(self.call(programme=programme, street=street)))

    def activity(self, activity_id: str, session: str | None = None) -> str:
        return text_of(self.activity_page(self.call(session=session), activity_id))

    def registration(self, registration_id: str) -> str:
        return text_of(self.registration_page(self.call(key=""), registration_id))

    def post(self, activity_id: str, **fields: str) -> Response:
        call = self.call(read_form(body_of(fields), SignUpForm()))
        answer: Response = self.sign_up_page(call, activity_id)
        if cookie := answer.headers.get("Set-Cookie"):
            self.kept["HTTP_COOKIE"] = cookie.partition(";")[0]
        return answer

    def prepare(self, activity_id: str, **fields: str) -> Response:
        call = self.call(read_form(body_of(fields), SignUpForm()))
        answer: Response = self.prepare_page(call, activity_id)
        return answer

    def decide(self, code: str, decision: str) -> Response:
        call = self.call(read_form(body_of({"decision": decision}), DecisionForm()))
        answer: Response = self.consent_decision_page(call, code)
        return answer

    def button(self) -> Call:
        """A form that is only a button."""
        return self.call(read_form(b"", NoFields()))


def opened(town: Town, **order: Any) -> tuple[str, dict[str, str]]:
    """An activity, and the fields of its form filled in for one person."""
    session_id = town.session(**order)
    fields = {"session": session_id, "key": "form-0001", "name_0": "测试", "phone_0": "13900000001"}
    return town.pool(session_id).activity_id, fields
