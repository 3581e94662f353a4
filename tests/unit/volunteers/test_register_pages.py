"""Pages to register and to ask for the way back: what was typed stays, nobody learns who is in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.web import Call
from kernel.web.call import read_form
from services.volunteers.service import Http
from services.volunteers.web.register_pages import RecoverForm, RegisterForm
from tests.unit.volunteers.office import VERSION, Office, card


def sent(office: Office, page: str = "register", **changes: str) -> Response:
    doors = Http()
    doors.register = office.register  # type: ignore[assignment]
    typed = {"key": "k1", "name": "测试0001", "phone": "139 0000 0001", "text_version": VERSION,
             "document_type": "resident_id", "document_number": card("1990-01-01"),
             "agree.id_number": "1", **changes}
    schema: Any = RegisterForm() if page == "register" else RecoverForm()
    form = read_form(urlencode({k: v for k, v in typed.items() if v}).encode(), schema)
    answer: Response = getattr(doors, f"{page}_by_form")(Call({}, form=form, address="10.0.0.1"))
    return answer


def text(answer: Response) -> str:
    return answer.get_data(as_text=True)


def test_who_registers_sees_number_and_code_and_the_same_again() -> None:
    office = Office.in_memory()
    first, again = sent(office), sent(office)
    assert (first.status_code, text(first)) == (200, text(again))
    [kept] = office.database["volunteers"].find()
    assert kept["_id"] in text(first) and "只显示这一次" in text(first)


def test_c27_only_what_was_ticked_is_given() -> None:
    office = Office.in_memory()
    assert sent(office, **{"agree.photo": "1"}).status_code == 200
    given = {line["values"]["purpose"] for line in office.database["volunteer_records"].find()}
    assert given == {"id_number", "photo"}


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() -> None:
    office = Office.in_memory()
    for changes, status, field in (
        ({"name": ""}, 422, "name"), ({"document_number": "123"}, 422, "document_number"),
        ({"agree.id_number": ""}, 422, "agree.id_number"),
        ({"document_number": card("2016-01-01")}, 422, "document_number"),
        ({"document_type": "passport", "document_number": "E1234567"}, 422, "birth_date"),
    ):
        answer = sent(office, **changes)
        assert answer.status_code == status and f'href="#{field}"' in text(answer)
        assert "139 0000 0001" in text(answer)
    assert office.database["volunteers"].count_documents({}) == 0


def test_c35_a_second_registration_leads_to_the_way_back() -> None:
    office = Office.in_memory()
    sent(office)
    answer = sent(office, key="k2", phone="13900000002")
    assert answer.status_code == 409 and "找回" in text(answer)


def test_c35_the_way_back_looks_the_same_for_everybody() -> None:
    office = Office.in_memory()
    sent(office)
    pages = [text(sent(office, "recover", key=f"k{n}", document_number=card("1990-01-01", n)))
             for n in (1, 2)]
    assert [("已收到找回申请" in page, page.count("<strong>")) for page in pages] == [(True, 2)] * 2


def test_the_empty_pages_name_every_purpose_and_type() -> None:
    doors = Http()
    page = text(doors.register_page(Call({})))
    assert page.count('type="checkbox"') == 5 and "checked" not in page
    assert "台湾居民来往大陆通行证" in text(doors.recover_page(Call({})))
