"""What a guardian sees: the question, the word given, its withdrawal, and nothing for guessers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kernel.web.call import read_form
from services.events.domain.person import Guardian, Newcomer
from services.events.usecases.consenting import TEXT_VERSION
from services.events.usecases.signing_up import sign_up
from services.events.web.forms import CodeForm
from tests.unit.events.browsing import Pages, body_of, text_of
from tests.unit.events.builders import PUBLIC, Town, newcomer

CHILD = Newcomer(name="测试小孩", phone="13900000009", birth_date=date(2015, 3, 1),
                 guardian=Guardian(name="测试家长", phone="13900000009"))


def asked(town: Town, **order: Any) -> tuple[str, str]:
    """A child's registration and the code that its guardian got."""
    made = sign_up(town.app, town.session(**order), [newcomer(1), CHILD], caller=PUBLIC)
    code: str = town.told("consent_requested")[-1].data["code"]
    return made["registration_id"], code


def shown(pages: Pages, code: str) -> str:
    return text_of(pages.consent_page(pages.call(), code))


def test_the_question_names_the_children_the_activity_and_the_text(town: Town,
                                                                   pages: Pages) -> None:
    _, code = asked(town)
    text = shown(pages, code)
    assert "测试小孩报名了活动" in text and "海边音乐会" in text and "所城广场" in text
    assert f"同意书版本 {TEXT_VERSION}" in text and "撤回" in text
    assert "测试0001" not in text


def test_of_a_confidential_activity_only_the_time_is_told(town: Town, pages: Pages) -> None:
    _, code = asked(town, programme="growth-camp", title="成长营一期", place="某处")
    text = shown(pages, code)
    assert "一项不公开的活动" in text and "9月8日" in text
    assert "成长营" not in text and "某处" not in text


def test_a_typed_code_leads_to_the_question(town: Town, pages: Pages) -> None:
    _, code = asked(town)
    typed = f" {code[:4].lower()}-{code[4:]} "
    answer = pages.consent_code_page(
        pages.call(read_form(body_of({"code": typed}), CodeForm()))
    )
    assert answer.headers["Location"] == f"/consent/{code}"


def test_consent_confirms_and_can_be_withdrawn_with_one_tap(town: Town, pages: Pages) -> None:
    registration_id, code = asked(town)
    assert pages.decide(code, "given").headers["Location"] == f"/consent/{code}"
    assert "你已同意" in shown(pages, code)
    assert "你的位置已确认" in pages.registration(registration_id)
    answer = pages.decide(code, "withdrawn")
    assert answer.headers["Location"] == "/consent/said/withdrawn"
    assert "监护人撤回了同意" in pages.registration(registration_id)


def test_a_refusal_ends_it_and_spends_the_code(town: Town, pages: Pages) -> None:
    registration_id, code = asked(town)
    assert pages.decide(code, "refused").headers["Location"] == "/consent/said/refused"
    assert "不同意" in text_of(pages.consent_said_page(pages.call(), "refused"))
    assert "监护人没有同意" in pages.registration(registration_id)
    assert pages.consent_page(pages.call(), code).status_code == 404


def test_wrong_spent_and_expired_codes_look_the_same(town: Town, pages: Pages) -> None:
    _, spent = asked(town)
    pages.decide(spent, "refused")
    _, expired = asked(town, starts_at=town.clock() + timedelta(days=14))
    town.clock.advance(timedelta(days=3))
    texts = {shown(pages, code).replace(code, "") for code in (spent, expired, "ABCDEFGHJ")}
    assert len(texts) == 1 and "没有找到" in texts.pop()


def test_whoever_guesses_is_shut_out(town: Town, pages: Pages) -> None:
    _, code = asked(town)
    for number in range(10):
        pages.consent_page(pages.call(), f"WRONG{number}")
    answer = pages.consent_page(pages.call(), code)
    assert answer.status_code == 429 and "测试小孩" not in text_of(answer)
    assert pages.decide(code, "given").status_code == 429


def test_without_a_place_or_a_line_the_guardian_is_told(town: Town, pages: Pages) -> None:
    session_id = town.session(capacity=2, has_line=False)
    sign_up(town.app, session_id, [newcomer(1), CHILD], caller=PUBLIC)
    code = town.told("consent_requested")[-1].data["code"]
    town.sign_up(session_id, 7)
    answer = pages.decide(code, "given")
    assert answer.headers["Location"] == "/consent/said/too-late"
