"""A published brief as DOCX, set as the department sets its papers: 仿宋, first lines indented."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from kernel.clock import SHANGHAI
from kernel.words import number
from services.stats.domain import words
from services.stats.domain.edition import Edition
from services.stats.domain.words import FIGURES
from services.stats.paper.rows import called, exact, origin, said

_BODY, _HEAD = "仿宋", "黑体"
_SIZE, _SMALL = Pt(16), Pt(10.5)  # 三号, 五号


def document(edition: Edition) -> bytes:
    """The file. The figures stand exact in a table below the sentences, then what was revised."""
    paper = Document()
    _set_up(paper, edition)
    title = paper.add_heading(level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(title, edition.content.title, font=_HEAD, size=Pt(22))
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(line, called(edition), size=_SMALL)
    for _, text in said(edition):
        sentence = paper.add_paragraph()
        sentence.paragraph_format.first_line_indent = _SIZE * 2
        _write(sentence, text)
    signature = paper.add_paragraph()
    signature.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    day = words.day(edition.signed_at.astimezone(SHANGHAI).date())
    _write(signature, f"签发：{edition.signer}\n{day}")
    _table(paper, "附：准确数字", ("句", "关于", "数字", "准确值"),
           [(*row, number(value)) for *row, value in exact(edition)])
    if edition.differences:
        _table(paper, "修订：与前一版的差异", ("句", "数字", "修订前", "修订后"),
               [(each.sentence, FIGURES[each.figure], number(each.before), number(each.after))
                for each in edition.differences])
    _table(paper, "来源", ("项", "内容"), list(origin(edition)))
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def _set_up(paper: Any, edition: Edition) -> None:
    """A4 with the margins of an official paper; the file's own notes name nobody."""
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    notes = paper.core_properties
    notes.title, notes.author, notes.language = edition.content.title, edition.signer, "zh-CN"
    notes.comments = f"SHA-256 {edition.hash}"
    notes.created = notes.modified = edition.signed_at.replace(tzinfo=None)


def _write(paragraph: Any, text: str, *, font: str = _BODY, size: Pt = _SIZE) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = size, font
    run.font.color.rgb = None
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(paper: Any, title: str, headings: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    heading = paper.add_heading(level=2)
    _write(heading, title, font=_HEAD, size=Pt(14))
    table = paper.add_table(rows=0, cols=len(headings), style="Table Grid")
    for row in (headings, *rows):
        for cell, value in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], f"{value}", size=_SMALL)
