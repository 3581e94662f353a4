"""Residents' pages before there is a registration, as they are without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kernel.group_commit import Overloaded
from services.events.web.forms import rows_of, sessions_of
from tests.unit.events.browsing import Pages, opened, registration_of, text_of
from tests.unit.events.builders import STARTS, Town


def test_the_first_page_lists_what_is_coming_by_programme(town: Town, pages: Pages) -> None:
    town.session(capacity=7)
    text = pages.home()
    assert "青年之夜" in text and "海边音乐会" in text and "还有 7 个名额" in text


def test_the_first_page_says_so_when_nothing_is_on(pages: Pages) -> None:
    assert "现在没有可以报名的活动" in pages.home()


def test_a_title_cannot_bring_its_own_markup(town: Town, pages: Pages) -> None:
    town.session(title="<script>alert(1)</script>")
    assert "<script>alert" not in pages.home()


def test_a_form_leads_to_the_registration(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    registration_id = registration_of(pages.post(activity_id, **fields))
    text = pages.registration(registration_id)
    assert "你的位置已确认" in text and "海边音乐会" in text and "取消报名" in text


def test_the_same_form_twice_is_one_registration(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    first, second = (registration_of(pages.post(activity_id, **fields)) for _ in range(2))
    assert first == second
    assert town.pool(fields["session"]).taken == 1


def test_a_full_session_offers_the_line_and_says_the_place_in_it(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town, capacity=1)
    town.sign_up(fields["session"], 9)
    assert "已满，可候补" in pages.activity(activity_id)
    registration_id = registration_of(pages.post(activity_id, **fields))
    text = pages.registration(registration_id)
    assert "候补第 1 位" in text


def test_what_was_typed_stays_and_the_fault_names_its_field(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    answer = pages.post(activity_id, **{**fields, "phone_0": "12345"})
    text = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#party.0.phone"' in text and 'id="party.0.phone-fault"' in text
    assert 'value="12345"' in text and 'value="测试"' in text


def test_an_empty_form_asks_for_name_and_number(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    answer = pages.post(activity_id, session=fields["session"], key=fields["key"])
    text = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#party.0.name"' in text and 'href="#party.0.phone"' in text


def test_one_more_line_keeps_what_was_typed(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    text = text_of(pages.post(activity_id, **fields, add="1"))
    assert 'value="13900000001"' in text and 'name="party.1.phone"' in text
    assert town.pool(fields["session"]).taken == 0


def test_somebody_who_is_already_in_is_told_which_line_it_is(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    registration_of(pages.post(activity_id, **fields))
    second = {**fields, "name_0": "测试二", "name_1": "测试", "phone_1": "13900000001"}
    answer = pages.post(activity_id, **second)
    assert answer.status_code == 409
    assert 'href="#party.1"' in text_of(answer)


def test_a_confidential_registration_shows_neither_title_nor_place(town: Town,
                                                                   pages: Pages) -> None:
    activity_id, fields = opened(town, programme="growth-camp", title="成长营一期", place="某处")
    registration_id = registration_of(pages.post(activity_id, **fields))
    text = pages.registration(registration_id)
    assert "成长营" not in text and "某处" not in text


def test_before_opening_the_form_prepares(town: Town, pages: Pages) -> None:
    activity_id, _ = opened(town, opens_at=town.clock() + timedelta(days=1))
    text = pages.activity(activity_id)
    assert "开放报名" in text and f'action="/activities/{activity_id}/prepare"' in text


def test_lines_left_empty_are_no_persons() -> None:
    typed = {"party.0.name": "", "party.2.name": "测试", "party.2.phone": "13900000001"}
    assert rows_of(typed) == [{"name": "测试", "phone": "13900000001"}]


def test_a_line_with_only_a_seat_is_no_person() -> None:
    typed = {"party.0.name": "测试", "party.0.seat": "adult", "party.1.seat": "adult"}
    assert rows_of(typed) == [{"name": "测试", "seat": "adult"}]
    assert rows_of({"party.0.seat": "adult"}) == [{"seat": "adult"}]


def test_dates_are_ticked_one_by_one_or_all_together() -> None:
    assert sessions_of({"session.a1": "1", "session.b2": "1"}) == ["a1", "b2"]
    assert sessions_of({"session.a1": "1", "all": "1"}) == ["*"]
    assert sessions_of({}) == []


def test_the_first_page_is_filtered_by_street_and_programme(town: Town, pages: Pages) -> None:
    town.session(street="大鹏")
    town.session(street="葵涌", title="山里音乐会")
    town.session(programme="road-angels", title="路口志愿")
    assert "山里音乐会" not in pages.home(street="大鹏")
    assert "路口志愿" not in pages.home(programme="youth-night")
    assert "没有可以报名的活动" in pages.home(street="葵涌", programme="road-angels")


@pytest.mark.parametrize(("order", "words"), [
    ({}, "先到先得"),
    ({"mode": "approval", "decide_hours": 48}, "主办方审核，2 天内答复"),
    ({"mode": "draw", "closes_at": STARTS - timedelta(days=1)}, "报名截止后抽签"),
    ({"promotion": "offer", "offer_minutes": 90}, "请在 90 分钟内确认"),
    ({"has_line": False}, "名额满了不设候补"),
    ({"min_age": 6, "max_age": 12}, "年龄：满 6 周岁、不超过 12 周岁"),
    ({"per_month": 2}, "同一系列每月最多报 2 场"),
    ({"confidential": True}, "名单谁也看不到"),
])
def test_the_terms_stand_there_in_plain_words(town: Town, pages: Pages, order: dict[str, Any],
                                              words: str) -> None:
    activity_id, _ = opened(town, **order)
    assert words in pages.activity(activity_id)


def test_where_age_counts_everybody_gives_a_birth_date(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town, min_age=6)
    answer = pages.post(activity_id, **fields)
    assert answer.status_code == 409 and "需要填写出生日期" in text_of(answer)
    grown_up = {**fields, "birth_date_0": "1990-05-01"}
    assert registration_of(pages.post(activity_id, **grown_up))


def test_a_parent_signs_up_with_a_child_and_is_named_guardian_by_one_tick(town: Town,
                                                                          pages: Pages) -> None:
    activity_id, fields = opened(town)
    child = {"name_1": "测试小孩", "birth_date_1": "2015-03-01", "party.1.guardian.first": "1"}
    registration_id = registration_of(pages.post(activity_id, **fields, **child))
    assert "等监护人同意" in pages.registration(registration_id)
    [asked] = town.told("consent_requested")
    assert asked.data["guardian_ref"] == town.told("signup_pending")[0].data["party"][0]


def test_a_child_without_a_guardian_is_sent_to_the_field(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    text = text_of(pages.post(activity_id, **{**fields, "birth_date_0": "2015-03-01"}))
    assert "未满十四周岁" in text and 'href="#party.0"' in text
    half = {**fields, "party.0.guardian.name": "测试家长"}
    text = text_of(pages.post(activity_id, **half))
    assert 'href="#party.0.guardian.phone"' in text
    assert '<details id="party.0.guardian" open' in text


def test_each_person_has_a_kind_of_seat_where_there_are_kinds(town: Town, pages: Pages) -> None:
    dates = {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2), "capacity": 9}
    places = {"pools": [{"key": "front", "title": "前排", "capacity": 2}],
              "seats": [{"key": "front", "title": "前排座", "pool": "front"},
                        {"key": "any", "title": "普通座", "pool": None}]}
    made = town.activity([{**dates, **places}])
    text = pages.activity(made["activity_id"])
    assert "前排还有 2 个" in text and '<select id="party.0.seat"' in text
    fields = {"session": made["session_ids"][0], "key": "form-0001", "name_0": "测试",
              "phone_0": "13900000001", "seat_0": "any"}
    assert "普通座" in pages.registration(
        registration_of(pages.post(made["activity_id"], **fields)))


def a_series(town: Town, *capacities: int) -> tuple[str, list[str], dict[str, str]]:
    dates = [{"starts_at": STARTS + timedelta(days=day), "capacity": places,
              "ends_at": STARTS + timedelta(days=day, hours=2)}
             for day, places in enumerate(capacities)]
    made = town.activity(dates, has_line=False)
    fields = {"key": "form-0001", "name_0": "测试", "phone_0": "13900000001"}
    return made["activity_id"], made["session_ids"], fields


def dates_of(pages: Pages, answer: Any) -> str:
    assert answer.status_code == 303, text_of(answer)
    path, _, query = answer.headers["Location"].partition("?no=")
    _, _, activity_id, _, token = path.split("/")
    return text_of(pages.dates_page(pages.call(no=query), activity_id, token))


def test_several_dates_have_an_outcome_each(town: Town, pages: Pages) -> None:
    activity_id, sessions, fields = a_series(town, 5, 1, 5)
    town.sign_up(sessions[1], 9)
    ticked = {f"session.{each}": "1" for each in sessions[:2]}
    text = dates_of(pages, pages.post(activity_id, **fields, **ticked))
    assert "2 场里报上 1 场" in text and "名额已满，不设候补" in text
    assert text.count("/registrations/") == 1


def test_all_dates_are_one_tick_and_the_same_form_again_changes_nothing(town: Town,
                                                                        pages: Pages) -> None:
    activity_id, sessions, fields = a_series(town, 5, 5, 5)
    first, second = (pages.post(activity_id, **fields, all="1") for _ in range(2))
    assert dates_of(pages, first) == dates_of(pages, second)
    assert "3 场都报上了" in dates_of(pages, first)
    assert [town.pool(each).taken for each in sessions] == [1, 1, 1]


def test_no_date_ticked_is_said_at_the_dates(town: Town, pages: Pages) -> None:
    activity_id, _, fields = a_series(town, 5, 5)
    text = text_of(pages.post(activity_id, **fields))
    assert 'href="#session"' in text and "请选择场次" in text


def test_when_no_date_works_the_form_stays(town: Town, pages: Pages) -> None:
    activity_id, sessions, fields = a_series(town, 1, 1)
    for number, session_id in enumerate(sessions):
        town.sign_up(session_id, number + 8)
    answer = pages.post(activity_id, **fields, **{f"session.{each}": "1" for each in sessions})
    assert answer.status_code == 409 and 'value="13900000001"' in text_of(answer)


def test_dates_of_another_form_are_not_to_be_had(town: Town, pages: Pages) -> None:
    activity_id, _, _ = a_series(town, 5, 5)
    with pytest.raises(Exception, match="没有这条报名"):
        pages.dates_page(pages.call(no=""), activity_id, "form-0001:0123")


def test_too_many_tries_say_when_to_come_back(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    for number in range(7):
        answer = pages.post(activity_id, **{**fields, "key": f"form-000{number}"})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) <= 60
    assert 'value="13900000001"' in text_of(answer)


def test_a_busy_service_keeps_what_was_typed(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town)
    line = town.app.lines.of(fields["session"], lambda orders: [Overloaded() for _ in orders])
    answer = pages.post(activity_id, **fields)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    assert "不会重复报名" in text_of(answer) and 'value="测试"' in text_of(answer)
    del line


def test_the_other_activities_of_a_series_are_named(town: Town, pages: Pages) -> None:
    activity_id, _ = opened(town, series="autumn")
    town.session(series="autumn", title="秋天第二讲")
    town.session(series="spring", title="春天第一讲")
    text = pages.activity(activity_id)
    assert "秋天第二讲" in text and "春天第一讲" not in text
