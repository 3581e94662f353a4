"""What is said and how long it is: C-36, N-20, N-21, N-22."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.message import Purpose
from services.notifications.domain.text import InvalidText, check_values, segments, units
from services.notifications.templates import FOLDER, Texts, version
from tests.unit.notifications.builders import session

VALUES = {"position": 37, "minutes": 90}
PURPOSES = get_args(Purpose)


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
    assert "9月3日（周四）12:00" in text


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_confidential_text_names_neither_kind_nor_place(purpose: Purpose) -> None:
    text = Texts("向心").render(purpose, session(confidential=True), VALUES).text
    assert not any(word in text for word in ("青年", "葵涌", "None", "活动"))


@pytest.mark.parametrize("title", ["【京东】抽奖", "看 https://example.com", "两\n行", "a.cn 见"])
def test_n_21_what_may_not_be_said_is_refused_naming_the_variable(title: str) -> None:
    with pytest.raises(InvalidText) as refused:
        Texts("向心").render("confirmed", session(title=title), {})
    assert refused.value.field == "title"


def test_c_36_a_text_above_five_hundred_is_refused_not_cut() -> None:
    with pytest.raises(InvalidText, match="longer than 500"):
        Texts("向心").render("confirmed", session(title="长" * 480), {})


SAYABLE = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="【】./:")


@given(st.text(alphabet=SAYABLE, max_size=60))
def test_n_21_any_other_text_is_said_as_it_is(title: str) -> None:
    check_values({"title": title})
    text = Texts("向心").render("cancelled", session(title=title or "活动"), {}).text
    assert (title or "活动") in text


def test_n_20_a_template_has_a_version_that_follows_its_file() -> None:
    names = {path.stem for path in FOLDER.glob("*.txt")}
    assert names == {f"{p}{c}" for p in PURPOSES for c in ("", "-confidential")}
    assert len({version(name) for name in names}) == len(names)
