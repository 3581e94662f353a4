"""The volunteer's page: the sum, each entry explained, and what to do when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from services.volunteers.service import Http
from services.volunteers.usecases import Hours
from tests.unit.volunteers.builders import an_entry, attended, confidential, session, worth


def page(hours: Hours, first: date | None = None, last: date | None = None) -> str:
    return Http.pages.text("hours.html", hours=hours, first=first, last=last, late=hours.late,
                           standing=hours.standing, done="", requests=[])


def hours() -> Hours:
    [whole] = worth(attended("07:20", "09:10"))
    [held] = worth(attended("07:20", present=True))
    secret = confidential(session())
    return Hours(person_ref="p1", entries=[an_entry(whole), an_entry(held, secret)])


def test_each_entry_is_explained_and_the_sum_shown() -> None:
    text = page(hours())
    for words in ("<strong>1.5</strong> 小时", "07:30–09:00 计 90 分钟", "签到 07:20，签退 09:10",
                  "马路天使", "待核实", "2026年"):
        assert words in text


def test_a_confidential_session_is_not_named() -> None:
    text = page(Hours(person_ref="p1", entries=hours().entries[1:]))
    assert "马路天使" not in text
    assert "中山路口" not in text


@pytest.mark.parametrize("bounds", [{}, {"first": date(2026, 9, 1)}, {"last": date(2026, 9, 30)}])
def test_without_entries_the_page_says_where_they_come_from(bounds: dict[str, date]) -> None:
    text = page(Hours(person_ref="nobody", entries=[]), **bounds)
    assert "还没有服务记录" in text
    assert all(f"{day.month}月{day.day}日" in text for day in bounds.values())


def test_who_has_no_link_says_which_number_and_nothing_else_is_asked() -> None:
    text = Http.pages.text("whose.html")
    assert 'name="person"' in text and "查看时长" in text


def test_a_number_leads_on_to_its_hours_and_nowhere_else() -> None:
    asked: Any = SimpleNamespace(query={"person": "//elsewhere?x"})
    answer = Http().whose(asked)
    assert (answer.status_code, answer.location) == (303, "/people/%2F%2Felsewhere%3Fx")


def test_c_16_a_reversal_says_what_was_taken_back_and_why() -> None:
    [line] = worth(attended("07:20", "09:10"))
    entry = an_entry(line, reverses="e0", because="session_moved")
    text = page(Hours(person_ref="p1", entries=[replace(entry, minutes=-90)]))
    assert "冲销原记录：场次时间有变，减去 90 分钟" in text
    assert "更正" in text


def test_c_09_what_is_over_the_limit_says_whose_approval_it_waits_for() -> None:
    [line] = worth(attended("07:20", "09:10"))
    over = replace(line, minutes=0, withheld=90, state="held", reason="over_daily_limit",
                   level="parent")
    text = page(Hours(person_ref="p1", entries=[an_entry(over)]))
    assert "当天超出上限的 90 分钟，经上级组织批准后计入" in text
    assert "待批准" in text
