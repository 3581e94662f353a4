"""What is said and how long it is: C-36, N-20, N-21, N-22."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import SignupLapsed
from contracts.session import SessionRef
from kernel.clock import SHANGHAI
from services.notifications.domain.message import OF_NO_SESSION, SECRET, Purpose
from services.notifications.domain.notice import OWN_DECISIONS
from services.notifications.domain.text import (
    InvalidText,
    check_values,
    cut,
    segments,
    segments_by_units,
    units,
)
from services.notifications.templates import OF_SESSION, Rendered, Texts, name_of, variables
from services.notifications.templates.versions import current
from tests.unit.notifications.builders import NOW, session

LATE = datetime(2026, 12, 31, 12, 30, tzinfo=SHANGHAI)
VALUES: Mapping[str, object] = {
    "position": 37, "minutes": 90, "until": NOW, "was": NOW, "number": "0123456789",
    "code": "K7M2Q9", "reason": "line_closed", "before": 90, "after": 60,
    "asked": "更正", "doing": "登录",
    "words": "《{活动}》{时间}在{地点}，请带水", "said": "有新的通知",
}
PURPOSES = get_args(Purpose)
TEXTS = Texts("向心")
REASONS = get_args(get_type_hints(SignupLapsed)["reason"])
SMS_SEGMENTS = 3


@pytest.mark.parametrize(
    ("length", "count"),
    [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (160, 3), (201, 3), (202, 4), (500, 8)],
)
def test_c_36_segments_by_length(length: int, count: int) -> None:
    assert segments("字" * length) == count


@given(st.text(alphabet="字a😀𠀀 \n", max_size=500))
def test_n_22_characters_beyond_the_basic_plane_count_twice(text: str) -> None:
    length = len(text) + sum(character in "😀𠀀" for character in text)
    assert units(text) == length
    assert segments_by_units(text) == (1 if length <= 70 else -(-length // 67))


@given(st.text(alphabet="字a😀𠀀 \n", max_size=500))
def test_n_22_a_text_is_cut_into_full_parts_never_within_a_pair(text: str) -> None:
    parts = cut(text)
    assert "".join(parts) == text
    assert len(parts) == segments(text) >= segments_by_units(text)
    if len(parts) > 1:
        assert all(units(part) in (66, 67) for part in parts[:-1])
        assert 1 <= units(parts[-1]) <= 67
    if all(units(character) == 1 for character in text):
        assert len(parts) == segments_by_units(text)


def test_n_22_a_pair_on_the_border_goes_into_the_next_segment() -> None:
    text = "字" * 66 + "😀" + "字" * 66
    assert cut(text) == ["字" * 66, "😀" + "字" * 65, "字"]
    assert (segments(text), segments_by_units(text)) == (3, 2)


def said(purpose: Purpose, where: SessionRef, **values: object) -> Rendered:
    """The text of a purpose, with those of VALUES that it says."""
    wanted = variables(current()[name_of(purpose, where)]) - OF_SESSION
    return TEXTS.render(purpose, where, {name: {**VALUES, **values}[name] for name in wanted})


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_has_a_text_with_signature_title_and_time(purpose: Purpose) -> None:
    text = said(purpose, session()).text
    assert text.startswith("【向心】")
    assert ("青年之夜" in text) is (purpose not in OF_NO_SESSION)
    assert ("9月3日（周四）12:00" in text) is (purpose not in SECRET | OF_NO_SESSION)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_confidential_text_names_neither_kind_nor_place(purpose: Purpose) -> None:
    text = said(purpose, session(confidential=True)).text
    assert not any(word in text for word in ("青年", "葵涌", "None", "活动", "未成年", "孩子"))


@pytest.mark.parametrize("is_confidential", [False, True])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_text_takes_more_than_three_segments(purpose: Purpose, is_confidential: bool) -> None:
    where = session(confidential=is_confidential, title="长" * 40)
    where = replace(where, place=None if is_confidential else "远" * 40)
    for reason in sorted(set(REASONS) - OWN_DECISIONS):
        text = said(purpose, where, until=LATE, was=LATE, reason=reason).text
        assert segments(text) <= SMS_SEGMENTS


@pytest.mark.parametrize("purpose", ["pending_consent", "pending_approval", "in_draw", "moved"])
def test_a_time_that_is_not_known_or_not_changed_is_not_said(purpose: Purpose) -> None:
    for is_confidential in (False, True):
        where = session(confidential=is_confidential)
        text = said(purpose, where, until=None, was=None).text
        assert "9月1日" not in text and "None" not in text and "，。" not in text


def test_every_way_to_lapse_has_a_sentence_of_its_own() -> None:
    texts = {TEXTS.render("lapsed", session(), {"reason": reason}).text
             for reason in set(REASONS) - OWN_DECISIONS}
    assert len(texts) == len(REASONS) - 2


def test_an_offer_names_the_number_to_type_and_until_when() -> None:
    text = said("offered", session()).text
    assert "编号0123456789" in text
    assert "保留到9月1日（周二）12:00" in text


@pytest.mark.parametrize("title", [
    "【京东】抽奖", "看 https://example.com", "两\n行", "a.cn 见", "看example.com见",
    "ｗｗｗ．向心", "点开ｅｘａｍｐｌｅ．ＣＯＭ", "大鹏.中国", "weixin://dl", "半个\ud83d字",
    "退\x00格", "a\x85b",
])
def test_n_21_what_may_not_be_said_is_refused_naming_the_variable(title: str) -> None:
    with pytest.raises(InvalidText) as refused:
        Texts("向心").render("confirmed", session(title=title), {})
    assert refused.value.field == "title"


@pytest.mark.parametrize("title", [
    "9.30场", "A.中场休息", "第3.5期", "Mr.王的课", "结束。公司团建",
])
def test_n_21_a_stop_alone_makes_no_web_address(title: str) -> None:
    assert title in TEXTS.render("cancelled", session(title=title), {}).text


@pytest.mark.parametrize(("values", "field"), [
    ({}, "position"), ({"position": 3, "code": "K7M2Q9"}, "code"),
])
def test_n_21_a_missing_or_extra_variable_is_refused_by_name(
    values: Mapping[str, object], field: str
) -> None:
    with pytest.raises(InvalidText) as refused:
        TEXTS.render("waitlisted", session(), values)
    assert refused.value.field == field


def test_n_21_what_is_not_known_is_refused_where_the_text_needs_it() -> None:
    with pytest.raises(InvalidText) as refused:
        TEXTS.render("offered", session(), {"until": None, "number": "0123456789"})
    assert (refused.value.field, refused.value.reason) == ("until", "missing")


def test_n_21_a_value_that_a_template_has_no_word_for_is_refused() -> None:
    with pytest.raises(InvalidText, match="no word"):
        TEXTS.render("lapsed", session(), {"reason": "unheard_of"})


def test_c_36_a_text_above_five_hundred_is_refused_not_cut() -> None:
    with pytest.raises(InvalidText, match="longer than 500"):
        Texts("向心").render("confirmed", session(title="长" * 480), {})


SAYABLE = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="【】./:")


@settings(deadline=None)  # the first example compiles the template
@given(st.text(alphabet=SAYABLE, max_size=60))
def test_n_21_any_other_text_is_said_as_it_is(title: str) -> None:
    check_values({"title": title})
    text = TEXTS.render("cancelled", session(title=title or "活动"), {}).text
    assert (title or "活动") in text
