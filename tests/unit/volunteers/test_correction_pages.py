"""Pages of requests and decisions: what they show, what they keep, where they lead (C-18)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.rights import EVERYTHING, Rights
from services.volunteers.usecases import App, balance_of, credit_hours, lines_of, waiting
from services.volunteers.usecases.application import Asking
from services.volunteers.usecases.watching import watch_duties
from tests.acting import TRUST
from tests.unit.volunteers.builders import at as moment
from tests.unit.volunteers.builders import came, closed, confidential, session, told, visit
from tests.unit.volunteers.desk import LI, WANG, Desk
from tests.unit.volunteers.ledgers import an_app
from tests.unit.volunteers.requests import asked
from tests.unit.volunteers.schedule import ended, scheduled
from tests.unit.volunteers.test_ruling import long_day

CORRECT = {"minutes": "60", "reason": "提前离开"}
DECIDE = {"action": "approved", "reason": "已核对"}


def app_with_hours() -> App:
    app = an_app()
    credit_hours(app, told(*visit("07:30", "09:00")))
    watch_duties(app, told(ended(session("09:30", "11:00", id="s2"))))
    return app


def entry(app: App) -> str:
    return lines_of(app, "p1")[0].entry_id


def ask(app: App, **fields: str) -> Any:
    return Desk(app).post("new_correction_order", fields, person_ref="p1")


def test_every_entry_that_counts_leads_to_its_correction() -> None:
    app = app_with_hours()
    page = Desk(app).get("hours_page", person_ref="p1")
    assert f"/people/p1/corrections/new?entry={entry(app)}" in page
    assert page.count("申请更正<") == 1 and "/people/p1/corrections/new\"" in page


def test_c_18_a_correction_is_asked_for_and_its_state_is_shown() -> None:
    app = app_with_hours()
    form = Desk(app).get("new_correction_page", f"entry={entry(app)}", person_ref="p1")
    assert "07:30–09:00 计 90 分钟" in form
    answer = ask(app, entry=entry(app), **CORRECT)
    assert (answer.status_code, answer.location) == (303, "/people/p1?done=asked#requests")
    page = Desk(app).get("hours_page", "done=asked", person_ref="p1")
    for words in ("申请已提交", "待审", "原计 90 分钟，申请 60 分钟", "9月15日（周二）前答复"):
        assert words in page


def test_c_18_the_reason_of_a_refusal_is_shown_to_the_volunteer() -> None:
    app = app_with_hours()
    id = asked(app)
    Desk(app, WANG).post("correction_order", {"action": "refused", "reason": "签到表没有"},
                         correction_id=id)
    page = Desk(app).get("hours_page", person_ref="p1")
    assert "驳回" in page and "签到表没有" in page


def test_a_form_sent_twice_is_one_request() -> None:
    app = app_with_hours()
    for _ in range(2):
        assert ask(app, entry=entry(app), **CORRECT).status_code == 303
    assert len(waiting.corrections_of(app, "p1")) == 1


def test_c_20_a_missing_record_is_asked_for_with_a_session_of_the_list() -> None:
    app = app_with_hours()
    form = Desk(app).get("new_correction_page", person_ref="p1")
    assert '<option value="s2">' in form
    answer = ask(app, session="s2", start="09:30", end="10：30", reason="忘了签到", evidence="照片")
    assert answer.status_code == 303
    [asked_for] = waiting.corrections_of(app, "p1")
    assert (asked_for.correction.kind, asked_for.correction.asked) == ("missing", 60)


def test_a_confidential_session_is_not_offered_by_name() -> None:
    app = app_with_hours()
    watch_duties(app, told(scheduled(confidential(session("09:30", "10:00", id="secret")))))
    assert "secret" not in Desk(app).get("new_correction_page", person_ref="p1")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"start": "09:30", "reason": "忘了"}, "end"),
        ({"start": "9点", "end": "10:00", "reason": "忘了"}, "start"),
        ({"minutes": "x", "reason": "忘了"}, "minutes"),
        ({"minutes": "60", "start": "09:30", "end": "10:00", "reason": "忘了"}, "minutes"),
        ({"minutes": "60"}, "reason"),
        ({"minutes": "60", "reason": "打 13900001111"}, "reason"),
        ({"minutes": "60", "reason": "忘了签到"}, "evidence"),
        ({"minutes": "91", "reason": "忘了签到", "evidence": "照片"}, "form"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    fields: dict[str, str], field: str
) -> None:
    app = app_with_hours()
    answer = ask(app, session="s2", **fields)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'href="#{field}"' in text
    assert all(value in text for value in fields.values())
    assert waiting.corrections_of(app, "p1") == []


def test_an_empty_form_names_everything_that_is_missing_at_once() -> None:
    text = ask(app_with_hours()).get_data(as_text=True)
    assert all(f'href="#{field}"' in text for field in ("session", "start", "reason", "evidence"))


def test_time_after_midnight_is_the_next_day() -> None:
    app = an_app()
    night = replace(session("22:00", "23:00", id="n", day="2026-08-31"), ends_at=moment("02:00"))
    watch_duties(app, told(ended(night)))
    answer = ask(app, session="n", start="23:30", end="01:00", reason="忘了签到", evidence="照片")
    assert answer.status_code == 303
    other = ask(app, session="n", start="00:30", end="01:00", reason="忘了签到", evidence="照片")
    assert other.status_code == 409
    [found] = waiting.corrections_of(app, "p1")
    assert found.correction.asked == 90


def test_c_16_the_console_shows_before_and_after_and_decides() -> None:
    app = app_with_hours()
    id = asked(app)
    desk = Desk(app, WANG)
    assert f"/staff/corrections/{id}" in desk.get("corrections_page")
    assert "90 分钟 → <strong>60</strong>" in desk.get("correction_page", correction_id=id)
    answer = desk.post("correction_order", DECIDE, correction_id=id)
    assert answer.location == "/staff/corrections?done=approved"
    assert balance_of(app, "p1").minutes == 60
    assert id not in desk.get("corrections_page", "done=approved")
    assert id in desk.get("corrections_page", "state=approved")
    assert "wang" in desk.get("correction_page", correction_id=id)


def test_the_page_says_when_one_who_asked_too_often_may_ask_again() -> None:
    app = replace(app_with_hours(), asking=Asking(per_person=0))
    answer = ask(app, entry=entry(app), **CORRECT)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_c_17_the_console_says_that_nobody_decides_on_their_own_hours() -> None:
    app = app_with_hours()
    mine = Rights(staff=True, permissions=EVERYTHING, actor="one", person_ref="p1")
    answer = Desk(app, mine).post("correction_order", DECIDE, correction_id=asked(app))
    assert answer.status_code == 403
    assert "须由其他人审核" in answer.get_data(as_text=True)


def test_texts_of_a_confidential_session_are_for_caseworkers() -> None:
    app = an_app()
    secret = confidential(session())
    credit_hours(app, told(came(moment("07:20"), secret), closed(where=secret)))
    id = asked(app)
    assert "提前离开" not in Desk(app, WANG).get("correction_page", correction_id=id)
    trusted = replace(WANG, permissions=TRUST)
    assert "提前离开" in Desk(app, trusted).get("correction_page", correction_id=id)


def test_c_05_a_held_stay_is_confirmed_at_the_console() -> None:
    app = an_app()
    credit_hours(app, told(came(moment("07:40")), closed()))
    held = lines_of(app, "p1")[0].entry_id
    desk = Desk(app, LI)
    assert f"/staff/held/{held}" in desk.get("held_page")
    answer = desk.post("held_entry_order", {"start": "07:40", "end": "08:40", "evidence": "表 3",
                                            "reason": "签到表"}, entry_id=held)
    assert answer.location == "/staff/held?done=confirmed"
    assert balance_of(app, "p1").minutes == 60
    assert "已于" in desk.get("held_entry_page", entry_id=held)


def test_c_09_a_long_day_is_approved_at_the_console_by_level() -> None:
    app = an_app()
    credit_hours(app, told(*[envelope.fact() for envelope in long_day()]))
    day = {"person_ref": "p1", "day": "2026-09-01"}
    desk = Desk(app, LI)
    assert "/staff/people/p1/days/2026-09-01" in desk.get("days_page", "level=parent")
    form = {"action": "approve", "reason": "防汛值守"}
    assert desk.post("day_order", {**form, "level": "department"}, **day).status_code == 403
    assert desk.post("day_order", form, **day).location == "/staff/days?done=day-approved"
    assert balance_of(app, "p1").minutes == 720
    assert "上级组织" in desk.get("day_page", **day)


def test_c_19_the_list_of_duties_says_what_is_missing_and_how_long_there_is() -> None:
    app = an_app()
    watch_duties(app, told(scheduled()))
    page = Desk(app, LI).get("duties_page", "state=due")
    for words in ("场次没有结项", "9月15日（周二）", "还有 10 个工作日", "期限内"):
        assert words in page
    assert "马路天使" not in Desk(app, LI).get("duties_page", "state=overdue")
