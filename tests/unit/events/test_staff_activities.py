"""The table of activities and the form that publishes one: a programme is a form, not a project."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.unit.events.builders import Town
from tests.unit.events.console import FORM_KEY, Console, text

ROW = {"date": "2021-10-01", "from": "19:30", "to": "21:00", "capacity": "30"}
FILLED = {
    "key": FORM_KEY, "programme": "youth-night", "title": "海边音乐会", "place": "所城广场",
    "street": "大鹏", "mode": "first-come", "promotion": "offer", "has_line": "on",
    **{f"sessions.0.{name}": value for name, value in ROW.items()},
}


def published(console: Console, **fields: str) -> Any:
    """The activity as its own door shows it."""
    answer = console.post("publish_activity_page", {**FILLED, **fields})
    assert answer.status_code == 303, text(answer)
    activity_id = answer.headers["Location"].removesuffix("?done=published").rpartition("/")[2]
    return console.get("show_activity", activity_id=activity_id)


def wrong(console: Console, **fields: str) -> str:
    answer = console.post("publish_activity_page", {**FILLED, **fields})
    assert answer.status_code == 422
    return text(answer)


def test_a_filled_form_publishes_in_shanghai_time(console: Console) -> None:
    activity = published(console)
    [session] = activity["sessions"]
    assert session["starts_at"].isoformat() == "2021-10-01T11:30:00+00:00"
    assert (session["capacity"], activity["terms"]["promotion"]) == (30, "offer")


def test_everything_the_door_takes_can_be_said_in_the_form(console: Console) -> None:
    numbers = {"offer_minutes": 60, "line_closes_minutes": 30, "decide_hours": 24, "min_crew": 3,
               "consent_hours": 12, "min_age": 8, "max_age": 14, "per_activity": 1,
               "per_series": 4, "per_month": 2, "walk_in_after": 15}
    activity = published(
        console, mode="draw", promotion="automatic", series="summer", confidential="on",
        smaller_may_pass="on", pending_holds="on", opens_at="2021-09-02T08:00",
        closes_at="2021-09-20T18:00", **{name: str(value) for name, value in numbers.items()},
        pools="family 亲子区 20\nadult  成人 区 10",
        seats="child 儿童 pool=family\nguard 救生员 needs=lifeguard",
    )
    terms = activity["terms"]
    assert {name: terms[name] for name in numbers} == numbers
    assert terms["smaller_may_pass"] and terms["pending_holds"] and activity["confidential"]
    assert (terms["mode"], terms["promotion"], terms["series"]) == ("draw", "automatic", "summer")
    assert activity["closes_at"].isoformat() == "2021-09-20T10:00:00+00:00"
    [session] = activity["sessions"]
    assert [(p.key, p.title, p.capacity) for p in session["pools"]] == [
        ("family", "亲子区", 20), ("adult", "成人 区", 10)]
    assert [(s.key, s.pool, s.needs) for s in session["seats"]] == [
        ("child", "family", None), ("guard", None, "lifeguard")]


def test_an_unticked_line_is_no_line(console: Console) -> None:
    assert published(console)["terms"]["has_line"] is True
    without = {name: value for name, value in FILLED.items() if name != "has_line"}
    answer = console.post("publish_activity_page", without)
    page = console.page("staff_activity", activity_id=answer.headers["Location"][18:50])
    assert "不设候补" in page


def test_the_same_form_twice_is_one_activity(town: Town, console: Console) -> None:
    assert published(console)["id"] == published(console)["id"]
    assert town.database["activities"].count_documents({}) == 1


def test_faults_stand_at_their_fields_and_what_was_typed_stays(console: Console) -> None:
    page = wrong(console, title="", min_age="八岁", **{"sessions.0.to": "18:00"},
                 pools="family 亲子区 很多")
    for field in ("title", "min_age", "sessions.0.to", "pools"):
        assert f'href="#{field}"' in page and f'id="{field}-fault"' in page
    assert "第 1 场结束：结束时间要晚于开始时间" in page and "第 1 行名额：请填整数" in page
    assert 'value="八岁"' in page and 'value="所城广场"' in page
    assert "Not a valid" not in page and "Missing" not in page


def test_a_form_without_a_date_asks_for_one(console: Console) -> None:
    empty = {name: "" for name in FILLED if name.startswith("sessions.")}
    assert "至少一场" in wrong(console, **empty)
    assert 'href="#sessions.0.date"' in wrong(console, **{"sessions.0.date": ""})


def test_an_unknown_programme_is_told_at_its_field(console: Console) -> None:
    assert 'id="programme-fault"' in wrong(console, programme="nothing")


def test_a_night_may_end_on_the_next_day(console: Console) -> None:
    activity = published(console, **{"sessions.0.to": "01:00", "sessions.0.overnight": "on"})
    [session] = activity["sessions"]
    assert session["ends_at"] - session["starts_at"] == timedelta(hours=5.5)


def test_weeks_are_added_from_the_first_such_weekday_on(town: Town, console: Console) -> None:
    weekly = {**FILLED, "repeat": "1", "repeat.date": "2021-10-06", "repeat.weekday": "4",
              "repeat.count": "3", "repeat.from": "19:30", "repeat.to": "21:00",
              "repeat.capacity": "30"}
    page = text(console.post("publish_activity_page", weekly))
    for number, day in enumerate(("2021-10-01", "2021-10-08", "2021-10-15", "2021-10-22")):
        assert f'name="sessions.{number}.date" type="date" value="{day}"' in page
    assert "已排好 4 场" in page and town.database["activities"].count_documents({}) == 0


def test_a_repetition_without_end_is_told_so(console: Console) -> None:
    weekly = {**FILLED, "repeat": "1", "repeat.date": "", "repeat.count": "900"}
    answer = console.post("publish_activity_page", weekly)
    assert answer.status_code == 422
    assert "第一天：必填" in text(answer) and "场数：1 到 53 的整数" in text(answer)


def test_one_more_date_keeps_what_was_typed(console: Console) -> None:
    page = text(console.post("publish_activity_page", {**FILLED, "add": "1"}))
    assert 'name="sessions.1.date"' in page and 'value="2021-10-01"' in page


def test_the_new_form_stands_at_the_departments_defaults(console: Console) -> None:
    page = console.page("new_activity_page")
    assert 'name="offer_minutes" type="text" value="120"' in page
    assert "暖“蜂”窗口" not in page and "青年之夜" in page
