"""Signing in by telephone: one code, five tries, five minutes, and nobody learns who is known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from werkzeug.wrappers import Response

from kernel.accounts import Accounts
from kernel.login_token import Checker, public_of
from kernel.logins import Logins
from kernel.rights import Resident
from kernel.web import Call, Refused
from kernel.web.access import RESIDENT_COOKIE
from kernel.web.call import read_form
from services.events.usecases.own_data import correct_contact, erase_person
from services.events.web.forms import NoFields
from services.events.web.resident_pages import CODE_COOKIE, PhoneForm, WrittenForm
from tests.unit.events.browsing import HERE, Pages, body_of, text_of
from tests.unit.events.builders import SEED, Town


class Browser:
    """One browser: keeps cookies, sends forms from our own pages."""

    def __init__(self, town: Town, pages: Pages, address: str = HERE) -> None:
        self.town, self.pages, self.address = town, pages, address
        self.cookies: dict[str, str] = {}
        self.logins = Logins(Accounts(town.database), Checker([public_of(SEED)]), town.clock)

    def call(self, form: Any = None, *, site: str = "same-origin", **query: Any) -> Call:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        environ = {"REQUEST_METHOD": "POST" if form else "GET", "HTTP_COOKIE": kept,
                   "HTTP_SEC_FETCH_SITE": site, "HTTP_USER_AGENT": "Android Chrome"}
        return Call(environ, query={"next": "", **query}, form=form, address=self.address,
                    logins=self.logins)

    def keep(self, page: Response) -> Response:
        for line in page.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        return page

    def ask(self, phone: str, **fields: str) -> Response:
        form = read_form(body_of({"phone": phone, **fields}), PhoneForm())
        return self.keep(self.pages.resident_phone_page(self.call(form)))

    def write(self, code: str, **fields: str) -> Response:
        form = read_form(body_of({"code": code, **fields}), WrittenForm())
        return self.keep(self.pages.resident_written_page(self.call(form)))

    def sign_in(self, phone: str) -> Resident:
        assert self.ask(phone).status_code == 303
        assert self.write(code_of(self.town, phone)).status_code == 303
        who = self.who()
        assert who is not None
        return who

    def who(self) -> Resident | None:
        return self.call().resident

    def refs(self) -> tuple[str, ...]:
        """Whom the account stands for, as every service knows it."""
        who = self.who()
        assert who is not None
        return who.person_refs

    def sign_out(self) -> Response:
        return self.keep(self.pages.resident_sign_out_page(
            self.call(read_form(b"", NoFields()))))


def code_of(town: Town, phone: str) -> str:
    """The code that was sent there last."""
    told = [each.data for each in town.told("sign_in_code_made") if each.data["phone"] == phone]
    return str(told[-1]["code"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def browser(town: Town, pages: Pages) -> Browser:
    return Browser(town, pages)


def test_the_right_code_signs_in_and_the_account_stands_for_who_signed_up(
        town: Town, browser: Browser) -> None:
    town.sign_up(town.session(), 1)
    who = browser.sign_in("13900000001")
    [ref] = who.person_refs
    assert ref in town.database["people"].distinct("_id")
    told = town.told("account_changed")[-1].data
    assert told["kind"] == "resident" and told["person_refs"] == [ref] and told["roles"] == []


def test_a_number_nobody_knows_is_answered_the_same(town: Town, pages: Pages) -> None:
    town.sign_up(town.session(), 1)
    seen = []
    for phone in ("13900000001", "13900000002"):
        browser = Browser(town, pages)
        asked = browser.ask(phone)
        shown = pages.resident_code_page(browser.call())
        refused = browser.write(wrong(code_of(town, phone)))
        right = browser.write(code_of(town, phone))
        seen.append([(each.status_code, _hidden(text_of(each))) for each in
                     (asked, shown, refused, right)])
    assert seen[0] == seen[1]
    assert [status for status, _ in seen[0]] == [303, 200, 422, 303]


def _hidden(text: str) -> str:
    return re.sub(r"139\*{4}\d{4}", "…", text)


def test_a_code_is_kept_only_as_a_keyed_hash(town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    kept = str(list(town.database["codes"].find()) + list(town.database["codes_asked"].find()))
    assert code_of(town, "13900000001") not in kept and "13900000001" not in kept
    assert browser.cookies[CODE_COOKIE] not in kept


def test_a_wrong_code_says_how_many_tries_are_left_and_the_sixth_is_none(
        town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    code = code_of(town, "13900000001")
    for left in (4, 3, 2, 1):
        page = browser.write(wrong(code))
        assert page.status_code == 422 and f"还可以试 {left} 次" in text_of(page)
    assert "请重新获取" in text_of(browser.write(wrong(code)))
    assert browser.write(code).status_code == 409 and browser.who() is None


def test_a_code_holds_for_five_minutes(town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    town.clock.advance(timedelta(minutes=5))
    page = browser.write(code_of(town, "13900000001"))
    assert page.status_code == 409 and "已失效" in text_of(page) and browser.who() is None


def test_a_used_code_signs_nobody_in_again(town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    kept = dict(browser.cookies)
    code = code_of(town, "13900000001")
    assert browser.write(code).status_code == 303
    town.clock.advance(timedelta(seconds=31))
    browser.cookies = kept
    assert browser.write(code).status_code == 409 and browser.who() is None


def test_the_same_form_sent_twice_is_one_login(town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    kept, code = dict(browser.cookies), code_of(town, "13900000001")
    browser.write(code)
    first, browser.cookies = browser.cookies[RESIDENT_COOKIE], kept
    browser.write(code)
    assert browser.cookies[RESIDENT_COOKIE] == first
    assert town.database["resident_logins"].count_documents({}) == 1


def test_after_signing_out_the_same_form_signs_nobody_in(town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    kept, code = dict(browser.cookies), code_of(town, "13900000001")
    browser.write(code)
    browser.sign_out()
    browser.cookies = kept
    assert browser.write(code).status_code == 409


def test_a_code_is_of_no_use_in_another_browser_or_for_another_number(
        town: Town, pages: Pages) -> None:
    one, other = Browser(town, pages), Browser(town, pages)
    one.ask("13900000001")
    assert other.write(code_of(town, "13900000001")).status_code == 409
    other.ask("13900000002")
    assert other.write(code_of(town, "13900000001")).status_code == 422
    assert one.who() is None and other.who() is None


def test_a_new_code_replaces_the_one_before(town: Town, pages: Pages) -> None:
    one, other = Browser(town, pages), Browser(town, pages)
    one.ask("13900000001")
    first = code_of(town, "13900000001")
    town.clock.advance(timedelta(minutes=1))
    other.ask("13900000001")
    assert one.write(first).status_code == 409 and one.who() is None
    assert other.write(code_of(town, "13900000001")).status_code == 303


def test_c_40_a_number_gets_one_code_a_minute_five_an_hour_ten_a_day(
        town: Town, browser: Browser) -> None:
    def asked(pause: timedelta) -> int:
        town.clock.advance(pause)
        return browser.ask("13900000001").status_code

    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert [asked(timedelta()), asked(timedelta(seconds=50)), asked(minute)] == [303, 429, 303]
    assert [asked(minute) for _ in range(4)] == [303, 303, 303, 429]
    assert [asked(hour), *(asked(minute) for _ in range(5))] == [303] * 5 + [429]
    assert asked(hour) == 429 and asked(timedelta(hours=23)) == 303


def test_a_refused_one_says_when_to_come_back_and_sends_nothing(
        town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    page = browser.ask("13900000001")
    assert 0 < int(page.headers["Retry-After"]) <= 60 and "秒后再试" in text_of(page)
    assert len(town.told("sign_in_code_made")) == 1


def test_one_address_gets_so_many_codes_an_hour(town: Town, pages: Pages) -> None:
    browser, elsewhere = Browser(town, pages), Browser(town, pages, "203.0.113.77")
    most = town.app.policy.codes_per_address
    for number in range(most):
        assert browser.ask(f"139000001{number:02d}").status_code == 303
    assert browser.ask("13900000200").status_code == 429
    assert elsewhere.ask("13900000200").status_code == 303


def test_what_is_no_number_is_said_and_kept_in_the_field(town: Town, browser: Browser) -> None:
    page = browser.ask("12345")
    assert page.status_code == 422 and "11 位手机号" in text_of(page) and "12345" in text_of(page)
    assert browser.ask("").status_code == 422 and not town.told("sign_in_code_made")


def test_a_form_of_another_site_neither_signs_in_nor_out(town: Town, browser: Browser) -> None:
    browser.sign_in("13900000001")
    for form, door in ((read_form(body_of({"phone": "13900000002"}), PhoneForm()),
                        browser.pages.resident_phone_page),
                       (read_form(body_of({"code": "123456"}), WrittenForm()),
                        browser.pages.resident_written_page),
                       (read_form(b"", NoFields()), browser.pages.resident_sign_out_page)):
        with pytest.raises(Refused):
            door(browser.call(form, site="cross-site"))
    assert browser.who() is not None


def test_the_cookie_is_new_each_time_and_no_script_reads_it(town: Town, browser: Browser) -> None:
    browser.cookies[RESIDENT_COOKIE] = "planted"
    browser.ask("13900000001")
    page = browser.write(code_of(town, "13900000001"))
    [line] = [each for each in page.headers.getlist("Set-Cookie") if RESIDENT_COOKIE in each]
    assert "HttpOnly" in line and "SameSite=Lax" in line and "planted" not in line


def test_signing_out_ends_the_token_itself(town: Town, browser: Browser) -> None:
    browser.sign_in("13900000001")
    kept = dict(browser.cookies)
    browser.sign_out()
    assert RESIDENT_COOKIE not in browser.cookies
    browser.cookies = kept
    assert browser.who() is None
    assert town.told("login_ended")[-1].data["expires_at"] > town.clock().isoformat()


def test_a_login_ends_by_itself(town: Town, browser: Browser) -> None:
    browser.sign_in("13900000001")
    town.clock.advance(town.app.policy.resident_login)
    assert browser.who() is None


def test_who_is_signed_in_goes_on_but_never_to_another_site(town: Town, browser: Browser) -> None:
    browser.sign_in("13900000001")
    for wanted, leads_to in (("/me", "/me"), ("//elsewhere.example", "/mine")):
        page = browser.pages.resident_sign_in_page(browser.call(next=wanted))
        assert page.headers["Location"] == leads_to


def test_while_the_broker_is_away_the_page_says_that_the_sms_is_late(
        town: Town, browser: Browser) -> None:
    browser.ask("13900000001")
    shown = text_of(browser.pages.resident_code_page(browser.call()))
    assert "正发往 139****0001" in shown and "发不出去" not in shown
    town.clock.advance(timedelta(seconds=10))
    assert "短信暂时发不出去" in text_of(browser.pages.resident_code_page(browser.call()))


def test_without_a_key_nobody_can_sign_in_and_no_code_is_sent(town: Town, pages: Pages) -> None:
    pages.app = replace(town.app, signer=None)
    page = Browser(town, pages).ask("13900000001")
    assert page.status_code == 503 and not town.told("sign_in_code_made")


def test_c_35_whoever_gives_up_a_number_is_not_in_its_account_any_more(
        town: Town, browser: Browser) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    [ref] = browser.sign_in("13900000001").person_refs
    correct_contact(town.app, ref, phone="13900000002")
    assert browser.refs() == ()
    other = Browser(town, browser.pages)
    assert other.sign_in("13900000002").person_refs == (ref,)
    erase_person(town.app, ref)
    assert other.refs() == ()
