"""My registrations on this device: what was opened here, as it stands, until it is forgotten."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest

from kernel.web import Call
from services.events.web.mine_pages import COOKIE, KEPT
from tests.unit.events.browsing import HERE, Pages, text_of
from tests.unit.events.builders import STARTS, Town


@pytest.fixture
def town() -> Town:
    return Town.in_memory()


@pytest.fixture
def pages(town: Town) -> Pages:
    return Pages(town)


def with_cookie(value: str) -> Call:
    return Call({"HTTP_COOKIE": f"{COOKIE}={value}"}, query={"key": ""}, address=HERE)


def opened(pages: Pages, registration_id: str, cookie: str = "") -> str:
    """The cookie after this registration's page was opened."""
    page = pages.registration_page(with_cookie(cookie), registration_id)
    kept = SimpleCookie(page.headers["Set-Cookie"])[COOKIE]
    assert kept["httponly"] and kept["samesite"] == "Lax"
    return kept.value


def test_what_was_opened_here_is_listed_newest_first_as_it_stands(town: Town,
                                                                  pages: Pages) -> None:
    made = [town.sign_up(town.session(starts_at=STARTS + timedelta(days=n), capacity=1), 1)
            for n in range(2)]
    cookie = ""
    for each in made:
        cookie = opened(pages, each["registration_id"], cookie)
    town.cancel(made[0]["registration_id"])
    text = text_of(pages.mine_page(with_cookie(cookie)))
    first, second = (text.index(each["registration_id"]) for each in reversed(made))
    assert first < second
    assert "你的位置已确认" in text and "报名已取消" in text


def test_opening_again_moves_it_up_and_the_oldest_are_forgotten(town: Town, pages: Pages) -> None:
    made = town.sign_up(town.session(), 1)["registration_id"]
    many = ".".join(f"{n:032x}" for n in range(KEPT))
    cookie = opened(pages, made, many)
    assert cookie.split(".")[0] == made and len(cookie.split(".")) == KEPT
    assert opened(pages, made, cookie) == cookie


def test_the_name_of_a_confidential_activity_is_not_in_the_list(town: Town, pages: Pages) -> None:
    session_id = town.session(programme="growth-camp", title="成长营")
    cookie = opened(pages, town.sign_up(session_id, 1)["registration_id"])
    assert "成长营" not in text_of(pages.mine_page(with_cookie(cookie)))


@pytest.mark.parametrize("cookie", ["", "x", "../../etc", "<script>", "0" * 32])
def test_whatever_stands_in_the_cookie_the_page_stands(pages: Pages, cookie: str) -> None:
    assert "还没有报名" in text_of(pages.mine_page(with_cookie(cookie)))


def test_forgetting_takes_the_cookie_away(pages: Pages) -> None:
    answer = pages.forget_mine_page(with_cookie("0" * 32))
    assert answer.headers["Location"] == "/mine"
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
