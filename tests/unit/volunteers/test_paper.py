"""The paper itself, set by the real press and read back: text, pages, code, bytes (C-21)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from services.volunteers.domain.certificates import certificate as rules
from services.volunteers.domain.certificates.broken import NoFont, NotPrintable
from services.volunteers.domain.certificates.certificate import Certificate, Holder, Order
from services.volunteers.paper.press import Press
from services.volunteers.paper.sheet import CONFIDENTIAL, sheet_of
from services.volunteers.settings import VolunteersSettings
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.certifying import ISSUER, NAME, credit

CODE = "7K3M-9Q2X-ABCD-EFGH-JKMN"
SERIAL = "ZM2026-000123-7"
VERIFY = "https://volunteers.example.org/verify"
FONTS = (VolunteersSettings.font_dir, VolunteersSettings.font_families)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(*FONTS)


def certificate(lines: int = 1, *, name: str = NAME, **more: Any) -> Certificate:
    first = credit()
    credits = [
        replace(first, session_id=f"s{n}", starts_at=first.starts_at + timedelta(days=n % 60),
                ends_at=first.ends_at + timedelta(days=n % 60), **more)
        for n in range(lines)
    ]
    return rules.issued(
        Order(person_ref="p1", purpose="升学"), serial=SERIAL, issuer=ISSUER, most=1000,
        effective=credits, holder=Holder(name=name, document="居民身份证 3205**********1234"),
        at=at("12:00:01.250", "2026-11-26"),
    )


def printed(press: Press, made: Certificate) -> bytes:
    return press.certificate(sheet_of(made, code=CODE, verify_url=VERIFY))


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def pages(pdf: bytes) -> list[str]:
    """The text of each page as a reader finds it, without white space."""
    with opened(pdf) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def test_c_21_the_paper_says_what_it_must_as_text_that_can_be_searched(press: Press) -> None:
    [text] = pages(printed(press, certificate()))
    for words in ("志愿服务记录（平台记录）", NAME, "居民身份证3205**********1234", SERIAL, CODE,
                  "2026年9月1日至2026年11月26日", "1.5小时（90分钟）", "马路天使", "07:30–09:00",
                  f"记录单位{ISSUER.recording_unit}", f"出具单位（盖章）：{ISSUER.name}",
                  ISSUER.contact, "出具日期：2026年11月26日", "用途升学", "第1页，共1页"):
        assert words in text, words
    assert "认证" not in text and "不是志愿服务记录证明" in text


def test_it_calls_itself_a_certificate_only_once_the_department_is_the_recorder(
    press: Press,
) -> None:
    made = replace(certificate(), issuer=replace(ISSUER, is_recorder=True))
    [text] = pages(printed(press, made))
    assert "志愿服务记录证明" in text and "兹证明" in text
    assert "平台记录" not in text


def test_the_code_leads_to_the_page_that_verifies(press: Press) -> None:
    with opened(printed(press, certificate())) as document:
        seen = document[0].render(scale=3, grayscale=True)
        picture = memoryview(seen.buffer).cast("B", (seen.height, seen.stride))
        [found] = zxingcpp.read_barcodes(picture)
    assert found.text == f"{VERIFY}?serial={SERIAL}&code={CODE}"


def test_the_same_content_gives_the_same_bytes_and_says_its_language(press: Press) -> None:
    first = printed(press, certificate(30))
    again = printed(Press(*FONTS), certificate(30))
    assert first == again
    assert b"/Lang(zh-CN)" in first and b"/MarkInfo" in first
    assert printed(press, certificate(31)) != first


def test_an_ordinary_one_is_one_page_and_a_long_list_is_numbered(press: Press) -> None:
    assert len(pages(printed(press, certificate(12)))) == 1
    many = pages(printed(press, certificate(300)))
    assert len(many) > 5
    for number, text in enumerate(many, start=1):
        assert f"第{number}页，共{len(many)}页" in text
        assert SERIAL in text
    assert all("服务内容" in text for text in many[:-1])
    assert CODE in many[-1]


def test_a_confidential_activity_stands_without_its_name(press: Press) -> None:
    [text] = pages(printed(press, certificate(title=None, confidential=True)))
    assert CONFIDENTIAL in text
    assert "马路天使" not in text and "road-angels" not in text


def test_long_names_and_what_looks_like_markup_are_only_words(press: Press) -> None:
    name = "阿卜杜热合曼·买买提依明·吐尔逊江·艾合买提"
    [text] = pages(printed(press, certificate(name=name, title='#panic("x") *粗* $x$ <b>')))
    assert name in text and '#panic("x")*粗*$x$<b>' in text


def test_a_rare_character_that_no_font_has_is_named_and_not_left_out(press: Press) -> None:
    [text] = pages(printed(press, certificate(name="测试𠮷")))  # CJK Extension B, in the font
    assert "测试𠮷" in text
    with pytest.raises(NotPrintable, match="𠀀"):  # of the same extension, in none
        printed(press, certificate(name="测试𠀀"))


def test_without_a_chinese_font_nothing_is_printed(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match="FONT_DIR"):
        printed(Press(tmp_path, FONTS[1]), certificate())
