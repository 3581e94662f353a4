"""Signed in by telephone: one's own record, hours and certificates without number and code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.events import AccountChanged
from kernel.accounts import Accounts
from kernel.clock import FixedClock
from kernel.login_token import Checker, Login, Signer, public_of
from kernel.logins import Logins
from kernel.web import Call
from kernel.web.access import RESIDENT_COOKIE
from kernel.web.call import read_form
from services.volunteers.domain.certificates.broken import Incomplete, NotTheHolder
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.service import Http
from services.volunteers.usecases.people.codes import own_by_account
from services.volunteers.web.own_pages import OwnForm, OwnPages
from tests.unit.volunteers.certifying import RESIDENT, office
from tests.unit.volunteers.office import Office

SEED = bytes(range(32))


class Pages(OwnPages):
    """The pages of one's own data, before a browser that is signed in for these people."""

    def __init__(self, office: Office, *refs: str) -> None:
        self.app, self.register, self.pages = office.app, office.register, Http.pages
        now, accounts = office.clock(), Accounts(office.database)
        login = Login(login_id="l1", account_id="a1", kind="resident", began=now,
                      expires_at=now.replace(year=now.year + 1))
        accounts.change(AccountChanged(
            account_id="a1", kind="resident", account_name="", roles=(), programmes=(),
            streets=(), person_refs=refs, open=True, logins_from=now,
        ), 1, session=None)
        self.logins = Logins(accounts, Checker([public_of(SEED)]), FixedClock(now))
        self.cookie = f"{RESIDENT_COOKIE}={Signer(SEED).sign(login)}"

    def call(self, form: Any = None, *, site: str = "same-origin") -> Call:
        environ = {"REQUEST_METHOD": "POST" if form else "GET", "HTTP_COOKIE": self.cookie,
                   "HTTP_SEC_FETCH_SITE": site}
        return Call(environ, form=form, logins=self.logins, address="203.0.113.9")


def text(page: Any) -> str:
    return str(page.get_data(as_text=True))


def test_who_is_signed_in_opens_their_own_record_without_number_and_code() -> None:
    office = Office.in_memory()
    number = office.new(1)
    pages = Pages(office, "p1")
    assert number in text(pages.own_door_page(pages.call())) and "/people/p1" in text(
        pages.own_door_page(pages.call()))
    form = read_form(f"volunteer_no={number}&code=".encode(), OwnForm())
    assert number in text(pages.own_page(pages.call(form)))


def test_nobody_opens_the_record_of_another_account() -> None:
    office = Office.in_memory()
    number = office.new(1)
    pages = Pages(office, "p2")
    assert number not in text(pages.own_door_page(pages.call()))
    form = read_form(f"volunteer_no={number}&code=".encode(), OwnForm())
    assert pages.own_page(pages.call(form)).status_code == 404
    with pytest.raises(UnknownVolunteer):
        own_by_account(office.register, ("p2",), number)


def test_a_form_of_another_site_opens_nothing() -> None:
    office = Office.in_memory()
    number = office.new(1)
    pages = Pages(office, "p1")
    form = read_form(f"volunteer_no={number}&code=".encode(), OwnForm())
    assert pages.own_page(pages.call(form, site="cross-site")).status_code == 404


def test_who_is_no_volunteer_finds_the_hours_of_their_people() -> None:
    pages = Pages(Office.in_memory(), "p7")
    assert 'href="/people/p7"' in text(pages.own_door_page(pages.call()))


def test_c_21_who_is_signed_in_prints_without_giving_the_name() -> None:
    made = office()
    assert made.issue(name=None, by=replace(RESIDENT, own=frozenset({"p1"})))
    for other in (RESIDENT, replace(RESIDENT, own=frozenset({"p2"}))):
        with pytest.raises((Incomplete, NotTheHolder)):
            made.issue(name=None, by=other)
