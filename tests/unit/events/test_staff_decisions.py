"""What waits for a word: overdue first, decided for many at once, seen before it happens."""

from __future__ import annotations

from datetime import timedelta

from services.events.usecases import due
from tests.acting import TRUSTED
from tests.unit.events.builders import Town
from tests.unit.events.console import FORM_KEY, Console, text


def waiting(town: Town, session_id: str, *numbers: int) -> str:
    return str(town.sign_up(session_id, *numbers)["registration_id"])


def decide(console: Console, *picked: str, action: str = "approve", note: str = "",
           step: str = "preview", status: int = 200) -> str:
    fields = {"key": FORM_KEY, "action": action, "note": note, "step": step,
              "back": "/staff/approvals", **{f"pick.{each}": "on" for each in picked}}
    answer = console.post("decisions_page", fields)
    assert answer.status_code == status
    return text(answer)


def test_who_waits_is_listed_with_activity_reason_and_deadline(town: Town,
                                                               console: Console) -> None:
    waiting(town, town.session(mode="approval", capacity=3), 1, 2)
    page = console.page("approvals_page")
    assert "测试0001、测试0002" in page and "海边音乐会" in page
    assert "还有 3 个空位" in page and "9月4日（周六）12:00" in page


def test_an_empty_list_says_what_would_be_here(console: Console) -> None:
    assert "没有等审核的报名" in console.page("approvals_page")


def test_overdue_ones_come_first_and_say_since_when(town: Town, console: Console) -> None:
    late = waiting(town, town.session(mode="approval", decide_hours=1), 1)
    town.clock.advance(timedelta(hours=2))
    town.app.store.deadlines.due(town.clock(), limit=9)
    due.sweep(town.app)
    fresh = waiting(town, town.session(mode="approval"), 2)
    page = console.page("approvals_page")
    assert page.index(late[:10]) < page.index(fresh[:10])
    assert "9月1日（周三）13:00 已逾期" in page and "逾期 1 组" in page


def test_a_party_that_is_asked_about_anew_is_not_overdue_any_more(town: Town) -> None:
    session_id = town.session(mode="approval", decide_hours=1, capacity=1)
    late = waiting(town, session_id, 1)
    town.clock.advance(timedelta(hours=2))
    due.sweep(town.app)
    assert town.app.store.registrations.one(late).overdue_since is not None
    decide(Console(town), late, step="confirm")
    kept = town.app.store.registrations.one(late)
    assert (kept.status, kept.until) == ("confirmed", None)


def test_confidential_parties_are_codes_for_staff(town: Town, console: Console) -> None:
    key = waiting(town, town.session(programme="growth-camp", mode="approval"), 1)
    for page in (console.page("approvals_page"), decide(console, key)):
        assert key[:10] in page and "测试0001" not in page
    assert "测试0001" in Console(town, TRUSTED).page("approvals_page")


def test_a_preview_says_what_would_become_of_each_and_changes_nothing(town: Town,
                                                                      console: Console) -> None:
    session_id = town.session(mode="approval", capacity=2)
    picked = [waiting(town, session_id, 1), waiting(town, session_id, 2, 3)]
    page = decide(console, *picked)
    assert "通过 2 组，确认吗" in page
    assert page.index("占到名额，短信告知") < page.index("没有空位，进入候补")
    assert town.told("signup_confirmed") == [] and town.pool(session_id).taken == 0


def test_confirmed_it_happens_once_however_often_it_is_sent(town: Town,
                                                            console: Console) -> None:
    session_id = town.session(mode="approval", capacity=2)
    picked = [waiting(town, session_id, 1), waiting(town, session_id, 2, 3)]
    pages = [decide(console, *picked, step="confirm", note="请带身份证") for _ in range(2)]
    assert all("2 组已通过" in page for page in pages)
    assert (town.pool(session_id).taken, town.pool(session_id).waiting) == (1, 1)
    assert len(town.told("signup_confirmed", "signup_waitlisted")) == 2


def test_without_a_place_or_a_line_it_is_foreseen_that_one_cannot_be_approved(
    town: Town, console: Console,
) -> None:
    session_id = town.session(mode="approval", capacity=1, has_line=False)
    picked = [waiting(town, session_id, 1), waiting(town, session_id, 2)]
    assert "不会办成" in decide(console, *picked)
    page = decide(console, *picked, step="confirm")
    assert "1 组已通过，1 组没有办成" in page and "名额已满" in page


def test_refusing_wants_words_for_the_people(town: Town, console: Console) -> None:
    key = waiting(town, town.session(mode="approval"), 1)
    page = decide(console, key, action="refuse", status=422)
    assert "不通过时请写明原因" in page and f'name="pick.{key}"' in page
    assert "1 组已不通过" in decide(console, key, action="refuse", note="年龄不符",
                                step="confirm")
    kept = town.app.store.registrations.one(key)
    assert (kept.reason, kept.note) == ("approval_refused", "年龄不符")


def test_nothing_ticked_is_told_so(console: Console) -> None:
    assert "请先勾选报名" in decide(console, status=422)


def test_staff_cancel_several_and_the_line_moves_up(town: Town, console: Console) -> None:
    session_id = town.session(capacity=1)
    first, second = waiting(town, session_id, 1), waiting(town, session_id, 2)
    assert "短信告知已取消" in decide(console, first, action="cancel")
    assert "1 组已取消报名" in decide(console, first, action="cancel", step="confirm")
    assert town.app.store.registrations.one(second).status == "confirmed"
    assert "不会办成" in decide(console, first, action="cancel")


def test_what_happens_by_itself_next_is_listed_in_its_order(town: Town,
                                                            console: Console) -> None:
    assert "没有排定的事项" in console.page("deadlines_page")
    key = waiting(town, town.session(mode="approval"), 1)
    page = console.page("deadlines_page")
    assert page.index("审核期到") < page.index("一天前提醒") < page.index("还在等的报名失效")
    assert key[:10] in page and "测试0001" not in page
    town.clock.advance(timedelta(days=5))
    assert "该发生了还没有" in console.page("deadlines_page")
