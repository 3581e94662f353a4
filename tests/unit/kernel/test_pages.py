"""Pages: escaped, in the department's way of writing times and numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from kernel import words
from kernel.pages import Pages
from kernel.pages.files import OWN, Files

ROOT = Path(__file__).resolve().parents[3]
FORM = """{% extends "base.html" %}{% from "fields.html" import summary, line %}
{% block content %}{{ summary(errors, {"phone": "手机号"}) }}
{{ line("phone", "手机号", typed.phone, errors, "tel") }}{% endblock %}"""
LIST = """{% from "tables.html" import table %}
{{ table("名单", [("name", "姓名", "text"), ("minutes", "分钟", "number")], rows) }}"""


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    (tmp_path / "form.html").write_text(FORM, encoding="utf-8")
    (tmp_path / "list.html").write_text(LIST, encoding="utf-8")
    return Pages(tmp_path)


def test_what_was_typed_is_kept_and_escaped(pages: Pages) -> None:
    page = pages.text("form.html", errors={}, typed={"phone": '"><script>'})
    assert "&#34;&gt;&lt;script&gt;" in page and "<script>" not in page


def test_a_wrong_field_is_told_above_the_form_and_at_the_field(pages: Pages) -> None:
    page = pages.text("form.html", errors={"phone": ["须为 11 位数字"]}, typed={"phone": "1"})
    assert '<a href="#phone">手机号：须为 11 位数字</a>' in page
    assert 'aria-invalid="true"' in page and 'aria-describedby="phone-fault"' in page
    assert 'inputmode="tel"' in page


def test_a_value_that_was_forgotten_is_a_fault(pages: Pages) -> None:
    with pytest.raises(UndefinedError):
        pages.text("form.html", errors={}, typed={})


def test_a_table_writes_numbers_and_says_when_it_is_empty(pages: Pages) -> None:
    rows = [{"name": "测试甲", "minutes": 190080}, {"name": "测试乙", "minutes": None}]
    page = pages.text("list.html", rows=rows)
    assert '<td class="number">190,080</td>' in page and '<td class="number">—</td>' in page
    assert "没有记录" in pages.text("list.html", rows=[])


def test_times_are_written_for_shanghai() -> None:
    evening = datetime(2021, 9, 30, 11, 30, tzinfo=UTC)
    assert words.moment(evening) == "9月30日（周四）19:30"
    assert words.day(date(2021, 9, 30)) == "9月30日（周四）"
    assert words.number(3168) == "3,168" and words.number(None) == "—"


def test_colours_stand_only_among_the_tokens() -> None:
    sheet = (OWN / "xiangxin.css").read_text("utf-8")
    rules = re.sub(r":root[^{]*\{[^}]*\}", "", sheet).split("@media print")[0]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(", rules)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _themes() -> dict[str, dict[str, str]]:
    sheet = (OWN / "xiangxin.css").read_text("utf-8")
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", sheet)
    tokens = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    light, dark, _, wall = tokens[:4]
    return {"light": light, "dark": dark, "wall": dark | wall}


@pytest.mark.parametrize("theme", ["light", "dark", "wall"])
def test_every_text_can_be_read_on_its_ground(theme: str) -> None:
    tokens = _themes()[theme]
    least = 7.0 if theme == "wall" else 4.5
    for ground in ("ground", "surface"):
        for text in ("ink", "soft"):
            assert _contrast(tokens[text], tokens[ground]) >= least, (text, ground)
        for text in ("sea", "good", "warn", "bad"):
            assert _contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
    assert _contrast(tokens["on-sea"], tokens["sea"]) >= 4.5
    for signal in ("good", "warn", "bad"):
        assert _contrast(tokens[signal], tokens[f"{signal}-tint"]) >= 4.5, signal
        assert _contrast(tokens["ink"], tokens[f"{signal}-tint"]) >= 4.5, signal


def test_files_are_found_in_their_folders_only(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.js").write_text("1;" * 10)
    (tmp_path / "secret").write_text("x")
    files = Files([tmp_path / "assets"])
    assert files.page({"PATH_INFO": "/static/a.js"}).status_code == 200
    for name in ("../secret", "assets", "", "../assets/../secret", "\x00"):
        assert files.page({"PATH_INFO": f"/static/{name}"})[0] == 404


def test_no_page_has_script_or_style_inline() -> None:
    """The policy of `kernel.web.shields` would keep them from working."""
    pages = [*ROOT.glob("kernel/**/*.html"), *ROOT.glob("services/*/web/**/*.html")]
    assert len(pages) > 80
    for page in pages:
        text = page.read_text("utf-8")
        for tag in re.findall(r"<[a-z][^>]*>", text):
            assert not re.search(r"""\s(style|on[a-z]+)\s*=\s*["']|javascript:""", tag), (page, tag)
        assert not re.search(r"<style|<script(?![^>]* src=)(?![^>]* type=\"application/json\")",
                             text), page
