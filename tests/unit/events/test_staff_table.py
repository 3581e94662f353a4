"""The table of activities: filters in the address, how full each is, what to do when empty."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.events.builders import Town
from tests.unit.events.console import Console


def test_it_says_how_full_each_activity_is(town: Town, console: Console) -> None:
    session_id = town.session(capacity=2, promotion="offer")
    first = town.sign_up(session_id, 1, 2)
    town.sign_up(session_id, 3)
    town.sign_up(session_id, 4, 5)
    town.cancel(first["registration_id"])
    page = " ".join(console.page("staff_activities").split())
    for label, figure in (("名额", 2), ("已占", 1), ("候补", 1), ("保留中", 1)):
        assert f'data-label="{label}" class="number">{figure}</td>' in page


@pytest.mark.parametrize(("query", "shown"), [
    ("", "AB"), ("q=音乐", "A"), ("q=%E9%9F%B3%E4%B9%90", "A"), ("q=.*", ""), ("q=图书馆", "B"),
    ("street=葵涌", "B"), ("programme=road-angels", ""), ("from=2021-09-09", "B"),
    ("to=2021-09-08", "A"), ("from=2021-09-08&to=2021-09-08", "A"), ("when=past", ""),
    ("when=all", "AB"), ("page=2", ""),
])
def test_filters_stand_in_the_address(town: Town, console: Console, query: str,
                                      shown: str) -> None:
    town.session(title="A 音乐会")
    town.session(title="B 读书", place="图书馆", street="葵涌",
                 starts_at=town.clock() + timedelta(days=9))
    page = console.page("staff_activities", query)
    assert "".join(letter for letter in "AB" if f">{letter} " in page) == shown


def test_what_is_over_is_found_among_the_past(town: Town, console: Console) -> None:
    town.session(title="很久以前")
    town.clock.advance(timedelta(days=30))
    assert "很久以前" not in console.page("staff_activities")
    assert "很久以前" in console.page("staff_activities", "when=past")


def test_an_empty_table_says_what_to_do_next(console: Console) -> None:
    assert 'href="/staff/activities/new">发布第一个' in console.page("staff_activities")
    assert "没有符合条件的活动" in console.page("staff_activities", "q=x")


def test_a_cancelled_session_counts_no_places(town: Town, console: Console) -> None:
    session_id = town.session(capacity=7)
    town.sign_up(session_id, 1)
    console.cancel_session(console._call("POST", ""), session_id)
    page = " ".join(console.page("staff_activities").split())
    assert 'data-label="名额" class="number">0</td>' in page


def test_fifty_are_shown_at_once(town: Town, console: Console) -> None:
    for number in range(51):
        starts_at = town.clock() + timedelta(hours=30 + number)
        town.session(title=f"第{number:02d}期", starts_at=starts_at)
    first, second = console.page("staff_activities"), console.page("staff_activities", "page=2")
    assert "第49期" in first and "第50期" not in first and "page=2" in first
    assert "第50期" in second and "第49期" not in second and "下一页" not in second
