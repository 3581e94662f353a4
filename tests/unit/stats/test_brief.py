"""The brief: the department's sentences, word for word, from exact figures."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from services.stats.briefs import load
from services.stats.domain.brief import (
    BriefFault,
    Template,
    in_ten_thousands,
    read_templates,
    write,
)
from services.stats.domain.figures import NAMES, Figures

END = date(2021, 9, 30)
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
    written = [write(t, values(PUBLISHED[t.programme]), as_of=END) for t in load()]

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
    road_angels = load()[0]

    sentence = write(road_angels, values({"attendances": 12}), as_of=END)

    assert sentence.text is None
    assert sentence.missing == ("hours", "served_reported")
    assert sentence.figures["attendances"] == 12


def test_a_withheld_figure_is_named_as_withheld_not_as_missing() -> None:
    template = Template(programme="p", text="{persons}人")
    sentence = write(template, values({}, suppressed=("persons",)), as_of=END)

    assert (sentence.text, sentence.missing, sentence.suppressed) == (None, (), ("persons",))


def test_hours_that_are_a_fixed_length_are_flagged_for_review_c48() -> None:
    road_angels = load()[0]
    uneven = {**PUBLISHED["road-angels"], "minutes": 190_081}

    assert write(road_angels, values(PUBLISHED["road-angels"]), as_of=END).fixed_minutes == 90
    assert write(road_angels, values(uneven), as_of=END).fixed_minutes is None


@pytest.mark.parametrize(("sentence", "named"), [
    ({"programme": "p", "text": "{people}人"}, "{people}"),
    ({"programme": "p", "text": "{persons:近}人"}, "{persons:近}"),
    ({"programme": "p", "text": "{persons人"}, "p:"),
    ({"text": "x"}, "sentence 1"),
])
def test_a_wrong_template_is_named(sentence: dict[str, str], named: str) -> None:
    with pytest.raises(BriefFault, match="^" + named.replace("{", r".*\{").replace("}", r"\}")):
        read_templates([sentence])


def test_figures_in_a_sentence_can_be_sent_as_json() -> None:
    written = [write(t, values(PUBLISHED[t.programme]), as_of=END) for t in load()]
    assert json.loads(json.dumps([dict(s.figures) for s in written]))[2] == {"sessions": 3}
