"""One session in the console: the list, the line, moving, cancelling, drawing, closing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.events.domain import broken
from services.events.domain.person import Guardian, Newcomer
from services.events.usecases import consenting
from services.events.usecases.signing_up import sign_up
from tests.acting import TRUSTED
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.console import FORM_KEY, STAFF, Console, text


def test_the_list_names_people_and_their_place_in_line(town: Town, console: Console) -> None:
    session_id = town.session(capacity=2)
    town.sign_up(session_id, 1)
    town.sign_up(session_id, 2, 3)
    page = console.page("staff_session", session_id=session_id)
    assert "测试0001" in page and "测试0002、测试0003" in page and "第 1 位" in page
    waiting = console.page("staff_session", "status=waitlisted", session_id=session_id)
    assert "测试0002" in waiting and "测试0001" not in waiting


def test_a_confidential_list_is_codes_for_staff_and_names_for_caseworkers(town: Town) -> None:
    session_id = town.session(programme="growth-camp", title="成长营一期")
    made = town.sign_up(session_id, 1)
    page = Console(town, STAFF).page("staff_session", session_id=session_id)
    assert made["registration_id"][:10] in page and "测试0001" not in page
    assert "测试0001" in Console(town, TRUSTED).page("staff_session", session_id=session_id)


def test_an_empty_list_says_what_to_do_next(town: Town, console: Console) -> None:
    session_id = town.session()
    assert "还没有人报名" in console.page("staff_session", session_id=session_id)
    ended = console.page("staff_session", "status=ended", session_id=session_id)
    assert "没有这个状态的报名" in ended


def test_who_ended_is_listed_with_the_reason(town: Town, console: Console) -> None:
    session_id = town.session()
    town.cancel(town.sign_up(session_id, 1)["registration_id"])
    page = console.page("staff_session", "status=ended", session_id=session_id)
    assert "测试0001" in page and "本人取消" in page


def test_priority_moves_a_party_before_those_who_came_earlier(town: Town,
                                                              console: Console) -> None:
    session_id = town.session(capacity=1)
    _, early, late = (town.sign_up(session_id, number) for number in (1, 2, 3))
    answer = console.post("priority_page", {"priority": "5"},
                          registration_id=late["registration_id"])
    assert answer.status_code == 303
    page = console.page("staff_session", "status=waitlisted", session_id=session_id)
    assert page.index(late["registration_id"][:10]) < page.index(early["registration_id"][:10])


def change(console: Console, session_id: str, step: str = "preview", **fields: str) -> str:
    day = "2021-09-20"
    filled = {"key": FORM_KEY, "date": day, "from": "19:30", "to": "21:00", "place": "月亮湾",
              "street": "南澳", "capacity": "10", "step": step, **fields}
    return text(console.post("change_session_order", filled, session_id=session_id))


def test_moving_first_says_how_many_hear_of_it_and_then_moves(town: Town,
                                                              console: Console) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    town.sign_up(session_id, 2, 3)
    preview = change(console, session_id)
    assert "2 组报名会收到一条通知" in preview and "（3 人）" in preview and "月亮湾" in preview
    assert town.pool(session_id).place == "所城广场" and town.told("signup_moved") == []
    change(console, session_id, "confirm")
    change(console, session_id, "confirm")
    assert town.pool(session_id).place == "月亮湾" and len(town.told("signup_moved")) == 2


def test_guardians_who_would_be_asked_anew_are_counted_once(town: Town, console: Console) -> None:
    session_id = town.session()
    guardian = Guardian(name="测试家长", phone="13900000090")
    children = [Newcomer(name=f"测试孩子{number}", phone="13900000090", guardian=guardian,
                         birth_date=date(2012, 1, number)) for number in (1, 2)]
    for child in children:
        sign_up(town.app, session_id, [child], caller=PUBLIC)
    town.sign_up(session_id, 3)
    preview = change(console, session_id)
    assert "3 组报名会收到一条通知" in preview and "1 位监护人会被重新征求同意" in preview


def test_more_places_alone_tell_nobody_and_say_who_gets_them(town: Town,
                                                             console: Console) -> None:
    session_id = town.session(capacity=1)
    town.sign_up(session_id, 1)
    town.sign_up(session_id, 2)
    typed = console.page("change_session_page", session_id=session_id)
    assert 'name="date" type="date" value="2021-09-08"' in typed
    same = {"date": "2021-09-08", "from": "12:00", "to": "14:00", "place": "所城广场"}
    town.database["sessions"].update_one(
        {}, {"$set": {"starts_at": town.clock().replace(day=8, hour=4, minute=0, microsecond=0),
                      "ends_at": town.clock().replace(day=8, hour=6, minute=0, microsecond=0)}})
    preview = change(console, session_id, street="大鹏", capacity="3", **same)
    assert "不通知已报名的人" in preview and "多出 2 个名额，先给候补的 1 组" in preview


@pytest.mark.parametrize(("fields", "field", "reason"), [
    ({"capacity": "1"}, "capacity", "名额不能少于"), ({"date": "2020-01-01"}, "date", "要晚于现在"),
    ({"capacity": "x"}, "capacity", "请填整数"), ({"from": "25:00"}, "date", "日期或时间不对"),
])
def test_what_cannot_be_changed_is_told_at_its_field(
    town: Town, console: Console, fields: dict[str, str], field: str, reason: str,
) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1, 2)
    page = change(console, session_id, **fields)
    assert f'id="{field}-fault"' in page and reason in page and "月亮湾" in page


def test_one_may_go_back_from_the_preview_without_typing_again(town: Town,
                                                               console: Console) -> None:
    page = change(console, town.session(), "edit")
    assert 'value="月亮湾"' in page and "先看会发生什么" in page


def test_cancelling_wants_the_number_of_parties_as_it_is_now(town: Town,
                                                             console: Console) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1, 2)
    page = console.page("cancel_session_page", session_id=session_id)
    assert "1 组报名（2 人）会收到取消的短信" in page
    town.sign_up(session_id, 3)
    answer = console.post("cancel_session_order", {"parties": "1"}, session_id=session_id)
    assert answer.status_code == 422 and "组数现在是 2，你输入的是 1" in text(answer)
    assert town.pool(session_id).cancelled_at is None
    answer = console.post("cancel_session_order", {"parties": "2"}, session_id=session_id)
    assert answer.status_code == 303 and town.pool(session_id).cancelled_at is not None


def test_cancelling_an_activity_cancels_all_its_sessions(town: Town, console: Console) -> None:
    day = town.clock() + timedelta(days=3)
    dates = [{"starts_at": day + timedelta(weeks=week), "capacity": 2,
              "ends_at": day + timedelta(weeks=week, hours=2)} for week in range(2)]
    made = town.activity(dates)
    town.sign_up(made["session_ids"][1], 1)
    where = {"activity_id": made["activity_id"]}
    assert "1 组报名（1 人）" in console.page("cancel_activity_page", **where)
    assert console.post("cancel_activity_order", {"parties": "1"}, **where).status_code == 303
    assert all(town.pool(each).cancelled_at for each in made["session_ids"])
    assert "没有可以取消的场次" in console.page("cancel_activity_page", **where)


def test_a_draw_is_held_by_hand_once_it_is_due(town: Town, console: Console) -> None:
    session_id = town.session(mode="draw", closes_at=town.clock() + timedelta(days=1))
    town.sign_up(session_id, 1)
    where = {"session_id": session_id}
    assert "报名截止后会自动抽签" in console.page("staff_draw_page", **where)
    with pytest.raises(broken.DrawNotDue):
        console.post("hold_draw_page", {}, **where)
    town.clock.advance(timedelta(days=2))
    assert "现在抽签</button>" in console.page("staff_draw_page", **where)
    assert console.post("hold_draw_page", {}, **where).status_code == 303
    page = console.page("staff_draw_page", **where)
    assert "抽签次序" in page and "已确认" in page


def test_closing_sends_the_figures_and_says_what_is_wrong_with_them(town: Town,
                                                                    console: Console) -> None:
    session_id = town.session(starts_at=town.clock() + timedelta(hours=1))
    where, figures = {"session_id": session_id}, {"key": FORM_KEY, "served.count": "120"}
    assert "还没有开始" in text(console.post("close_session_order", {"key": FORM_KEY}, **where))
    town.clock.advance(timedelta(hours=4))
    page = text(console.post("close_session_order", figures, **where))
    assert 'id="served.method-fault"' in page and 'value="120"' in page
    figures |= {"served.method": "现场点数", "served.reported_by": "S-01", "audience.online": "30"}
    assert console.post("close_session_order", figures, **where).status_code == 303
    assert console.post("close_session_order", figures, **where).status_code == 303
    [closed] = town.told("session_closed")
    assert (closed.data["served_count"], closed.data["audience_online"]) == (120, 30)


def test_a_childs_name_is_shown_once_its_guardian_consented(town: Town, console: Console) -> None:
    """C-25: before that it is kept only to ask."""
    session_id = town.session()
    child = Newcomer(name="测试童童", phone="13900000100", birth_date=date(2015, 1, 1),
                     guardian=Guardian(name="测试母", phone="13900000100"))
    sign_up(town.app, session_id, [child], caller=PUBLIC)
    page = console.page("staff_session", session_id=session_id)
    assert "测试童童" not in page and "等监护人同意" in page
    consenting.answer(town.app, town.codes()[0], "given")
    page = console.page("staff_session", session_id=session_id)
    assert "测试童童" in page
