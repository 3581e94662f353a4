"""Another telephone: only with a code at the old and one at the new, and then all at once."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.web.call import read_form
from services.events.domain.person import Newcomer
from services.events.usecases.signing_up import sign_up
from services.events.web.resident_phone_pages import BothForm, NewPhoneForm
from tests.unit.events.browsing import Pages, body_of, text_of
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.test_resident_sign_in import Browser, code_of, wrong

OLD, NEW = "13900000001", "13900000002"


class Mover(Browser):
    """A browser that changes its telephone."""

    def ask(self, phone: str, **fields: str) -> Any:
        if not self.who():
            return super().ask(phone, **fields)
        form = read_form(body_of({"phone": phone}), NewPhoneForm())
        return self.keep(self.pages.new_phone_order(self.call(form)))

    def both(self, old: str, new: str) -> Any:
        form = read_form(body_of({"old": old, "new": new}), BothForm())
        return self.keep(self.pages.both_codes_page(self.call(form)))


@pytest.fixture
def mover(town: Town, pages: Pages) -> Mover:
    """Signed in, a while ago."""
    town.sign_up(town.session(), 1)
    browser = Mover(town, pages)
    browser.sign_in(OLD)
    town.clock.advance(town.app.policy.told_again / 20)
    return browser


def test_both_codes_move_the_people_to_the_new_number(town: Town, mover: Mover,
                                                      pages: Pages) -> None:
    refs = mover.refs()
    assert mover.ask(NEW).status_code == 200
    assert mover.both(code_of(town, OLD), code_of(town, NEW)).status_code == 303
    assert mover.who() is None
    town.clock.advance(town.app.policy.told_again / 20)
    assert Browser(town, pages).sign_in(NEW).person_refs == refs
    assert town.told("contact_recorded")[-1].data["phone"] == NEW


def test_one_code_alone_moves_nobody(town: Town, mover: Mover) -> None:
    refs = mover.refs()
    mover.ask(NEW)
    old, new = code_of(town, OLD), code_of(town, NEW)
    assert mover.both(wrong(old), new).status_code == 409
    assert mover.both(old, wrong(new)).status_code == 409
    assert mover.refs() == refs


def test_a_code_for_signing_in_moves_nobody(town: Town, mover: Mover, pages: Pages) -> None:
    mover.ask(NEW)
    mover.cookies["xiangxin_phone"] = "x." + mover.cookies["xiangxin_phone"].partition(".")[2]
    assert mover.both(code_of(town, OLD), code_of(town, NEW)).status_code == 409
    assert len(mover.refs()) == 1


def test_somebody_of_the_same_name_at_the_new_number_keeps_all_where_they_are(
        town: Town, mover: Mover) -> None:
    sign_up(town.app, town.session(), [Newcomer(name="测试0001", phone=NEW)], caller=PUBLIC)
    mover.ask(NEW)
    page = mover.both(code_of(town, OLD), code_of(town, NEW))
    assert page.status_code == 409 and "已有别人" in text_of(page) and len(mover.refs()) == 1


def test_the_same_number_is_none(town: Town, mover: Mover) -> None:
    page = mover.ask(OLD)
    assert page.status_code == 409 and "相同" in text_of(page)
