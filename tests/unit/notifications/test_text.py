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
from kernel.clock import SHANGHAI
from services.notifications.domain.message import SECRET, Purpose
from services.notifications.domain.notice import OWN_DECISIONS
from services.notifications.domain.text import InvalidText, check_values, segments, units
from services.notifications.templates import FOLDER, Texts, version
from tests.unit.notifications.builders import NOW, session

LATE = datetime(2026, 12, 31, 12, 30, tzinfo=SHANGHAI)
VALUES: Mapping[str, object] = {
    "position": 37, "minutes": 90, "until": NOW, "was": NOW, "number": "0123456789",
    "code": "K7M2Q9", "reason": "line_closed", "before": 90, "after": 60,
    "asked": "更正",
}
PURPOSES = get_args(Purpose)
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
    assert segments(text) == (1 if length <= 70 else -(-length // 67))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_has_a_text_with_signature_title_and_time(purpose: Purpose) -> None:
    text = Texts("向心").render(purpose, session(), VALUES).text
    assert text.startswith("【向心】")
    assert "青年之夜" in text
    assert ("9月3日（周四）12:00" in text) is (purpose not in SECRET)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_confidential_text_names_neither_kind_nor_place(purpose: Purpose) -> None:
    text = Texts("向心").render(purpose, session(confidential=True), VALUES).text
    assert not any(word in text for word in ("青年", "葵涌", "None", "活动", "未成年", "孩子"))


@pytest.mark.parametrize("is_confidential", [False, True])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_text_takes_more_than_three_segments(purpose: Purpose, is_confidential: bool) -> None:
    where = session(confidential=is_confidential, title="长" * 40)
    where = replace(where, place=None if is_confidential else "远" * 40)
    dated = {**VALUES, "until": LATE, "was": LATE}
    for reason in sorted(set(REASONS) - OWN_DECISIONS):
        text = Texts("向心").render(purpose, where, {**dated, "reason": reason}).text
        assert segments(text) <= SMS_SEGMENTS


@pytest.mark.parametrize("purpose", ["pending_consent", "pending_approval", "in_draw", "moved"])
def test_a_time_that_is_not_known_or_not_changed_is_not_said(purpose: Purpose) -> None:
    for is_confidential in (False, True):
        where = session(confidential=is_confidential)
        text = Texts("向心").render(purpose, where, {"until": None, "was": None}).text
        assert "9月1日" not in text and "None" not in text and "，。" not in text


def test_every_way_to_lapse_has_a_sentence_of_its_own() -> None:
    said = {Texts("向心").render("lapsed", session(), {"reason": reason}).text
            for reason in set(REASONS) - OWN_DECISIONS}
    assert len(said) == len(REASONS) - 2


def test_an_offer_names_the_number_to_type_and_until_when() -> None:
    text = Texts("向心").render("offered", session(), VALUES).text
    assert "编号0123456789" in text
    assert "保留到9月1日（周二）12:00" in text


@pytest.mark.parametrize("title", ["【京东】抽奖", "看 https://example.com", "两\n行", "a.cn 见"])
def test_n_21_what_may_not_be_said_is_refused_naming_the_variable(title: str) -> None:
    with pytest.raises(InvalidText) as refused:
        Texts("向心").render("confirmed", session(title=title), {})
    assert refused.value.field == "title"


def test_c_36_a_text_above_five_hundred_is_refused_not_cut() -> None:
    with pytest.raises(InvalidText, match="longer than 500"):
        Texts("向心").render("confirmed", session(title="长" * 480), {})


TEXTS = Texts("向心")
SAYABLE = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="【】./:")


@settings(deadline=None)  # the first example compiles the template
@given(st.text(alphabet=SAYABLE, max_size=60))
def test_n_21_any_other_text_is_said_as_it_is(title: str) -> None:
    check_values({"title": title})
    text = TEXTS.render("cancelled", session(title=title or "活动"), {}).text
    assert (title or "活动") in text


def test_n_20_a_template_has_a_version_that_follows_its_file() -> None:
    names = {path.stem for path in FOLDER.glob("*.txt")}
    assert names == {f"{p}{c}" for p in PURPOSES for c in ("", "-confidential")}
    assert len({version(name) for name in names}) == len(names)
