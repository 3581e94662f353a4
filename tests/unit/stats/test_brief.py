"""The brief: the department's sentences, word for word, from exact figures."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.briefs import load
from services.stats.domain.brief import BriefFault, Template, read_kind, read_templates, write
from services.stats.domain.figures import NAMES, Figures
from services.stats.domain.rounding import in_ten_thousands, with_word

END = date(2021, 9, 30)
WORK_REPORT = load()["work-report"].templates
PUBLISHED: dict[str, dict[str, Any]] = {
    "road-angels": {"attendances": 2112, "attendances_onsite": 2112, "minutes": 190_080,
                    "hours": 3168, "served_reported": 397_636},
    "hardship-visits": {"households": 203},
    "mutual-aid": {"sessions": 3},
    "growth-camp": {"sessions": 2},
    "home-ode": {"sessions": 25},
    "family-forum": {"sessions": 17, "households": 500, "attendances": 89_000},
}
SENTENCES = [
    "截至九月，“马路天使”文明交通志愿服务活动参与志愿者累计2112人次，服务时长3168小时，"
    "服务对象约397636人次。",
    "年度累计慰问困境妇女儿童203户",
    "举办困境妇女互助会3场",
    "困境儿童成长营赋能活动2场",
    "推出“宅集颂”系列活动25场",
    "举办“益家”家庭教育大讲堂共17节，覆盖新区家庭近500户，累计参与人次达8.9万。",
]


def values(figures: dict[str, Any], suppressed: tuple[str, ...] = ()) -> Figures:
    return Figures(values={name: figures.get(name) for name in NAMES}, suppressed=suppressed)


def test_the_six_published_sentences_come_out_word_for_word() -> None:
    written = [write(t, values(PUBLISHED[t.about]), as_of=END) for t in WORK_REPORT]

    assert [sentence.text for sentence in written] == SENTENCES


@pytest.mark.parametrize(("value", "words"), [
    (89_000, "8.9万"), (90_000, "9万"), (89_432, "8.9万余"), (10_000, "1万"),
    (1_234_000, "123.4万"),
])
def test_ten_thousands_never_say_more_than_there_is(value: int, words: str) -> None:
    assert in_ten_thousands(value) == words


def test_below_ten_thousand_the_exact_number_stands() -> None:
    template = Template(programme="p", text="达{attendances:万}")
    assert write(template, values({"attendances": 9_999}), as_of=END).text == "达9999"


def test_a_figure_that_was_never_reported_leaves_the_sentence_unwritten() -> None:
    road_angels = WORK_REPORT[0]

    sentence = write(road_angels, values({"attendances": 12}), as_of=END)

    assert sentence.text is None
    assert sentence.missing == ("hours", "served_reported")
    assert sentence.figures["attendances"] == 12


def test_a_withheld_figure_is_named_as_withheld_not_as_missing() -> None:
    template = Template(programme="p", text="{persons}人")
    sentence = write(template, values({}, suppressed=("persons",)), as_of=END)

    assert (sentence.text, sentence.missing, sentence.suppressed) == (None, (), ("persons",))


def test_a_figure_that_leaves_confidential_parts_out_says_so() -> None:
    template = Template(text="{persons}人")
    figures = Figures(values=dict.fromkeys(NAMES, 9), partial=("persons", "minutes"))

    assert write(template, figures, as_of=END).partial == ("persons",)


def test_c_48_hours_that_are_a_fixed_length_are_flagged_for_review() -> None:
    road_angels = WORK_REPORT[0]
    uneven = {**PUBLISHED["road-angels"], "minutes": 190_081}

    assert write(road_angels, values(PUBLISHED["road-angels"]), as_of=END).fixed_minutes == 90
    assert write(road_angels, values(uneven), as_of=END).fixed_minutes is None


@pytest.mark.parametrize(("sentence", "named"), [
    ({"programme": "p", "text": "{people}人"}, "{people}"),
    ({"programme": "p", "text": "{persons:大约}人"}, "{persons:大约}"),
    ({"programme": "p", "text": "截至{month:万}月"}, "{month:万}"),
    ({"programme": "p", "text": "举办3场"}, "p: 3"),
    ({"programme": "p", "text": "覆盖近百户"}, "p: 近百"),
    ({"programme": "p", "text": "覆盖{households}余万户"}, "p: 余万"),
    ({"programme": "p", "wing": "连心", "text": "{persons}人"}, "sentence 1"),
    ({"programme": "p", "text": "{persons人"}, "p:"),
    ({"programme": "x"}, "sentence 1"),
])
def test_a_wrong_template_is_named(sentence: dict[str, str], named: str) -> None:
    with pytest.raises(BriefFault, match="^" + named.replace("{", r".*\{").replace("}", r"\}")):
        read_templates([sentence])


def test_figures_in_a_sentence_can_be_sent_as_json() -> None:
    written = [write(t, values(PUBLISHED[t.about]), as_of=END) for t in WORK_REPORT]
    assert json.loads(json.dumps([dict(s.figures) for s in written]))[2] == {"sessions": 3}


@pytest.mark.parametrize(("value", "word", "written"), [
    (492, "近", "近500"), (500, "近", "500"), (2_112, "近", "近2200"),
    (512, "余", "510余"), (500, "余", "500"), (89_432, "余", "8.9万余"),
    (397_636, "约", "约40万"), (397_636, "余", "39万余"), (89_432, "约", "约8.9万"),
    (89_000, "约", "8.9万"), (12.5, "约", "约13"), (7, "约", "7"), (0, "近", "0"),
    (123_456_789, "约", "约1.2亿"),
])
def test_a_rounding_word_tells_on_which_side_the_exact_value_lies(value: float, word: str,
                                                                  written: str) -> None:
    assert with_word(value, word) == written


@given(st.integers(1, 10**9), st.sampled_from("近余约"))
def test_no_rounding_word_stands_beside_a_value_that_is_exact_or_on_the_other_side(
        value: int, word: str) -> None:
    text = with_word(value, word)
    number = Decimal(text.strip("近余约万亿")) * (10**8 if "亿" in text else
                                                  10**4 if "万" in text else 1)

    assert (word in text) == (number != value)
    assert number >= value if word == "近" else True
    assert number <= value if word == "余" else True
    assert abs(number - value) * 10 <= value


def test_a_number_in_a_programmes_own_name_is_no_figure() -> None:
    [template] = read_templates([{"text": "“10+N”抗疫舒心计划走访{households}户"}])
    assert write(template, values({"households": 3}), as_of=END).text == (
        "“10+N”抗疫舒心计划走访3户")


def test_a_sentence_about_a_wing_or_about_all_says_its_period() -> None:
    whole, wing = read_templates([{"text": "{period}共{sessions}场"},
                                  {"wing": "连心", "text": "{year}年{month}月{sessions}场"}])

    assert (whole.about, wing.about) == ("全部", "连心")
    said = write(whole, values({"sessions": 3}), since=date(2020, 12, 1), as_of=END)
    assert said.text == "2020年12月1日至2021年9月30日共3场"
    assert write(wing, values({"sessions": 3}), as_of=END).text == "2021年九月3场"


@pytest.mark.parametrize(("content", "named"), [
    ({}, "title"), ({"title": "x{who}", "reads_as": "x", "sentence": [{"text": "x"}]}, "title"),
    ({"title": "x", "reads_as": "x", "sentence": []}, "sentence"),
])
def test_a_kind_of_brief_that_lacks_something_is_named(content: dict[str, Any],
                                                       named: str) -> None:
    with pytest.raises(BriefFault, match=named):
        read_kind("k", content)
