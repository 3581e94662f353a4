"""Who holds a registration may act on it; who read its id in a fact may look, no more (0020)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kernel.web import Call
from kernel.web.call import read_form
from services.events.domain.broken import NotHolder
from services.events.usecases import changing
from services.events.usecases.book import Caller
from services.events.usecases.holding import key_of
from services.events.usecases.signing_up import sign_up
from services.events.web.forms import NoFields, SignUpForm
from services.events.web.registration_pages import ProofForm
from services.events.web.tickets import TicketPages
from tests.unit.events.browsing import Pages, body_of, registration_of, text_of
from tests.unit.events.builders import STAFF, Town, party
from tests.unit.events.test_resident_sign_in import Browser

HOME, ELSEWHERE = "203.0.113.1", "203.0.113.2"
PHONE = "13900000001"
PROGRAM = Caller(address=HOME, is_program=True)


class Phone(Browser):
    """A browser that looks at registrations."""

    def sign_up(self) -> str:
        """Signs 测试0001 up by the page; the registration's id."""
        session_id = self.town.session()
        form = read_form(body_of({"session": session_id, "key": "form-0001", "name_0": "测试0001",
                                  "phone_0": PHONE}), SignUpForm())
        activity_id = self.town.pool(session_id).activity_id
        return registration_of(self.keep(self.pages.sign_up_page(self.call(form), activity_id)))

    def look(self, registration_id: str, key: str = "") -> str:
        call = self.call(key=key)
        return text_of(self.keep(self.pages.registration_page(call, registration_id)))

    def cancel(self, registration_id: str) -> str:
        form = read_form(b"", NoFields())
        self.pages.cancel_page(self.call(form), registration_id)
        return self.town.app.store.registrations.one(registration_id).status

    def prove(self, registration_id: str, phone: str) -> Any:
        form = read_form(body_of({"code": registration_id[:10], "phone": phone}), ProofForm())
        return self.keep(self.pages.proof_page(self.call(form)))


@pytest.fixture
def phone(town: Town, pages: Pages) -> Phone:
    return Phone(town, pages, HOME)


@pytest.fixture
def other(town: Town, pages: Pages) -> Phone:
    return Phone(town, pages, ELSEWHERE)


def test_the_device_that_signed_up_cancels(phone: Phone) -> None:
    registration_id = phone.sign_up()
    assert "取消报名" in phone.look(registration_id)
    assert phone.cancel(registration_id) == "cancelled"


def test_who_has_the_id_alone_sees_where_it_stands_and_changes_nothing(
        town: Town, phone: Phone, other: Phone) -> None:
    registration_id = phone.sign_up()
    shown = other.look(registration_id)
    assert "你的位置已确认" in shown and "取消报名" not in shown and "入场票</a>" not in shown
    for act in (changing.cancel, changing.accept, changing.decline):
        with pytest.raises(NotHolder):
            act(town.app, registration_id, caller=Caller(address=ELSEWHERE, is_program=True))
    with pytest.raises(NotHolder):
        other.cancel(registration_id)


def test_a_browser_at_the_same_address_is_not_the_device(town: Town, pages: Pages,
                                                         phone: Phone) -> None:
    registration_id = phone.sign_up()
    with pytest.raises(NotHolder):
        Phone(town, pages, HOME).cancel(registration_id)


def test_the_ticket_is_for_who_holds_it(town: Town, pages: Pages, phone: Phone) -> None:
    class Tickets(TicketPages):
        app, pages = town.app, phone.pages.pages

    registration_id = phone.sign_up()
    assert Tickets().ticket_page(phone.call(), registration_id).status_code == 200
    for ask in (Tickets().ticket_page, Tickets().ticket_picture):
        with pytest.raises(NotHolder):
            ask(Call({}, address=ELSEWHERE), registration_id)


def test_the_link_with_its_key_opens_it_on_another_device(
        town: Town, phone: Phone, other: Phone) -> None:
    registration_id = phone.sign_up()
    other.look(registration_id, "0" * 20)
    with pytest.raises(NotHolder):
        other.cancel(registration_id)
    other.look(registration_id, key_of(town.app, registration_id))
    assert other.cancel(registration_id) == "cancelled"


def test_the_number_asks_for_a_telephone_of_the_party(phone: Phone, other: Phone) -> None:
    registration_id = phone.sign_up()
    asked = other.pages.code_page(other.call(code=registration_id[:10]))
    assert "是你的报名吗" in text_of(asked) and PHONE not in text_of(asked)
    assert other.prove(registration_id, "13900000002").status_code == 404
    assert registration_of(other.prove(registration_id, PHONE)) == registration_id
    assert other.cancel(registration_id) == "cancelled"


def test_guessing_telephones_ends_soon(town: Town, phone: Phone, other: Phone) -> None:
    registration_id = phone.sign_up()
    for number in range(town.app.policy.wrong_codes):
        assert other.prove(registration_id, f"1390000{1000 + number}").status_code == 404
    assert other.prove(registration_id, PHONE).status_code == 429


def test_the_account_of_the_party_holds_it_on_any_device(phone: Phone, other: Phone) -> None:
    registration_id = phone.sign_up()
    other.sign_in(PHONE)
    assert "取消报名" in other.look(registration_id)
    assert other.cancel(registration_id) == "cancelled"


def test_the_account_of_somebody_else_does_not(phone: Phone, other: Phone) -> None:
    registration_id = phone.sign_up()
    other.sign_in("13900000002")
    with pytest.raises(NotHolder):
        other.cancel(registration_id)


def test_staff_may_and_what_was_made_before_is_as_it_was(town: Town, phone: Phone) -> None:
    assert changing.cancel(town.app, phone.sign_up(), caller=STAFF)["status"] == "cancelled"
    before = town.sign_up(town.session(), 5)["registration_id"]
    caller = Caller(address=ELSEWHERE, is_program=True)
    assert changing.cancel(town.app, before, caller=caller)["status"] == "cancelled"


def test_a_program_acts_where_it_signed_up_or_with_the_key(town: Town) -> None:
    made = [sign_up(town.app, town.session(), party(each), caller=PROGRAM)["registration_id"]
            for each in (1, 2)]
    assert changing.cancel(town.app, made[0], caller=PROGRAM)["status"] == "cancelled"
    key = key_of(town.app, made[1])
    elsewhere = Caller(address=ELSEWHERE, is_program=True, keys=frozenset({key}))
    assert changing.cancel(town.app, made[1], caller=elsewhere)["status"] == "cancelled"


def test_neither_key_nor_address_is_kept_or_told(town: Town, phone: Phone) -> None:
    registration_id = phone.sign_up()
    kept = str(list(town.database["registrations"].find()))
    told = str([each.data for each in town.told("signup_confirmed")])
    for secret in (key_of(town.app, registration_id), HOME):
        assert secret not in kept and secret not in told
    assert re.search(r"-[0-9a-f]{20}", phone.cookies["xiangxin_mine"])
