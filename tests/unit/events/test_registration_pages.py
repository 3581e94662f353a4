"""The page of a registration in every state: what it says and what one can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from services.events.domain.broken import UnknownRegistration
from services.events.domain.draw import code_of
from services.events.domain.registration import ENDED, CancelReason, LapseReason, Status
from services.events.usecases import changing, drawing, due, organising
from services.events.usecases.registrations import Found
from services.events.web import standing
from tests.unit.events.browsing import Pages, registration_of, text_of
from tests.unit.events.builders import NOON, STAFF, STARTS, Town, a_registration, a_session


def offered(town: Town) -> str:
    """Somebody in line to whom a place is offered for two hours."""
    session_id = town.session(capacity=1, promotion="offer")
    first = town.sign_up(session_id, 1)["registration_id"]
    second = town.sign_up(session_id, 2)["registration_id"]
    town.cancel(first)
    return str(second)


def test_confirmed_leads_to_the_ticket(town: Town, pages: Pages) -> None:
    registration_id = town.sign_up(town.session(), 1)["registration_id"]
    text = pages.registration(registration_id)
    assert "你的位置已确认" in text and f"/registrations/{registration_id}/ticket" in text
    assert registration_id[:10] in text and "取消报名" in text


def test_in_line_it_says_how_many_are_before_and_looks_again(town: Town, pages: Pages) -> None:
    session_id = town.session(capacity=1)
    ids = [town.sign_up(session_id, number)["registration_id"] for number in range(3)]
    text = pages.registration(ids[2])
    assert "候补第 2 位" in text and "前面还有 1 组" in text
    assert 'data-again="10"' in text and '<noscript><meta http-equiv="refresh"' in text


def test_an_offer_has_a_deadline_and_two_buttons(town: Town, pages: Pages) -> None:
    registration_id = offered(town)
    text = pages.registration(registration_id)
    assert "有名额了" in text and "9月1日（周三）14:00" in text
    assert f"{registration_id}/accept" in text and f"{registration_id}/decline" in text
    assert registration_of(pages.accept_page(pages.button(), registration_id))
    assert "你的位置已确认" in pages.registration(registration_id)


def test_declining_asks_once_and_passes_the_place_on(town: Town, pages: Pages) -> None:
    registration_id = offered(town)
    assert "不能收回" in text_of(pages.ask_decline_page(pages.call(), registration_id))
    pages.decline_page(pages.button(), registration_id)
    text = pages.registration(registration_id)
    assert "你没有要这个名额" in text and "再报一次" in text


def test_an_offer_taken_too_late_says_what_became_of_it(town: Town, pages: Pages) -> None:
    registration_id = offered(town)
    town.clock.advance(timedelta(hours=2))
    assert "保留时间已过" in pages.registration(registration_id)
    due.sweep(town.app)
    answer = pages.accept_page(pages.button(), registration_id)
    assert answer.status_code == 409 and "名额为你保留的时间过了" in text_of(answer)


def test_at_night_a_free_place_is_said_to_be_kept(town: Town, pages: Pages) -> None:
    session_id = town.session(capacity=1, promotion="offer")
    first, second = (town.sign_up(session_id, n)["registration_id"] for n in (1, 2))
    town.clock.advance(timedelta(hours=10))
    town.cancel(first)
    assert "夜间不打扰" in pages.registration(second)


def test_waiting_for_approval_has_a_date_and_the_word_of_the_organiser(town: Town,
                                                                      pages: Pages) -> None:
    registration_id = town.sign_up(town.session(mode="approval"), 1)["registration_id"]
    assert "主办方最迟在 9月4日（周六）12:00 答复" in pages.registration(registration_id)
    changing.decide(town.app, registration_id, decision="refuse", note="名额给了初学者",
                    persons=None, caller=STAFF)
    text = pages.registration(registration_id)
    assert "审核没有通过" in text and "名额给了初学者" in text


def test_an_entry_in_the_draw_has_its_code_and_the_seeds_hash(town: Town, pages: Pages) -> None:
    session_id = town.session(mode="draw", closes_at=NOON + timedelta(days=1))
    registration_id = town.sign_up(session_id, 1)["registration_id"]
    text = pages.registration(registration_id)
    assert "已进入抽签" in text and code_of(registration_id) in text
    assert drawing.look(town.app, session_id)["seed_sha256"] in text


def test_a_cancelled_session_is_said_to_be(town: Town, pages: Pages) -> None:
    session_id = town.session()
    registration_id = town.sign_up(session_id, 1)["registration_id"]
    organising.cancel_session(town.app, session_id, caller=STAFF)
    text = pages.registration(registration_id)
    assert "这一场取消了" in text and "看看别的活动" in text and "再报一次" not in text


def test_cancelling_asks_once_and_then_says_so(town: Town, pages: Pages) -> None:
    registration_id = town.sign_up(town.session(), 1)["registration_id"]
    assert "确定取消报名" in text_of(pages.ask_cancel_page(pages.call(), registration_id))
    answer = pages.cancel_page(pages.button(), registration_id)
    assert registration_of(answer) == registration_id
    text = pages.registration(registration_id)
    assert "报名已取消" in text and f"{registration_id}/cancel" not in text
    assert "再报一次" in text


@pytest.mark.parametrize("status", [each for each in get_args(Status) if each not in ENDED])
def test_every_state_has_words(status: Status) -> None:
    found = Found(registration=a_registration(status=status), session=a_session(), position=1)
    shown = standing.standing(found, NOON)
    assert shown.title and all(shown.words)


@pytest.mark.parametrize("reason", [*get_args(LapseReason), *get_args(CancelReason)])
def test_every_end_has_words(reason: Any) -> None:
    registration = a_registration(status="lapsed", reason=reason)
    found = Found(registration=registration, session=a_session(), position=None)
    assert standing.standing(found, NOON).words[0]
    assert not standing.standing(found, STARTS).may_return


def test_what_is_over_says_so() -> None:
    found = Found(registration=a_registration(), session=a_session(), position=None)
    after = STARTS + timedelta(hours=3)
    assert standing.standing(found, after).title == "活动已经结束"
    there = replace(found, registration=a_registration(attended=True))
    assert standing.standing(there, STARTS).title == "已签到"


def test_a_confidential_registration_shows_neither_title_nor_place(town: Town,
                                                                   pages: Pages) -> None:
    session_id = town.session(programme="growth-camp", title="成长营一期", place="某处")
    registration_id = town.sign_up(session_id, 1)["registration_id"]
    shown = [pages.registration(registration_id),
             text_of(pages.ask_cancel_page(pages.call(), registration_id))]
    assert not any("成长营" in text or "某处" in text for text in shown)


def test_the_number_in_the_sms_leads_to_the_registration(town: Town, pages: Pages) -> None:
    registration_id = town.sign_up(town.session(), 1)["registration_id"]
    typed = f" {registration_id[:5].upper()} {registration_id[5:10]} "
    assert registration_of(pages.code_page(pages.call(code=typed))) == registration_id
    link = pages.code_link_page(pages.call(), registration_id[:10])
    assert registration_of(link) == registration_id


@pytest.mark.parametrize("code", ["0" * 10, "", "<b>", "a" * 500, "f"])
def test_a_wrong_number_keeps_what_was_typed_and_says_so(pages: Pages, code: str) -> None:
    answer = pages.code_page(pages.call(code=code))
    assert answer.status_code in (404, 422) and 'id="code-fault"' in text_of(answer)
    assert "<b>" not in text_of(answer)


def test_too_many_wrong_numbers_say_when_to_come_back(pages: Pages) -> None:
    for _ in range(10):
        pages.code_page(pages.call(code="0" * 10))
    answer = pages.code_page(pages.call(code="0" * 10))
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 500


def test_an_unknown_registration_is_refused(pages: Pages) -> None:
    with pytest.raises(UnknownRegistration):
        pages.registration("nothing")
