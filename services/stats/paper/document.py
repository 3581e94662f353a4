"""A published brief as DOCX, set as the department sets its papers: 仿宋, first lines indented."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor

from kernel.words import number
from services.stats.domain.edition import Edition
from services.stats.paper.rows import (
    Titles,
    called,
    changed,
    exact,
    origin,
    said,
    signed_on,
)

_BODY, _HEAD = "仿宋", "黑体"
_SIZE, _SMALL = Pt(16), Pt(10.5)  # 三号, 五号
_BLACK = RGBColor(0, 0, 0)
_AMOUNTS = {"准确值", "修订前", "修订后"}  # stand at the right


def document(edition: Edition, titles: Titles) -> bytes:
    """The file. The figures stand exact in a table below the sentences, then what was revised."""
    paper = Document()
    _set_up(paper, edition)
    title = paper.add_heading(level=1)
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
    _write(signature, f"签发：{edition.signer}\n{signed_on(edition)}")
    _table(paper, "附：准确数字", {"句": 1, "关于": 5, "数字": 4, "准确值": 2.4, "说明": 3.2},
           [(*row, number(value), note) for *row, value, note in exact(edition, titles)])
    if edition.differences:
        _table(paper, "修订：与前一版的差异",
               {"句": 1, "关于": 5.6, "数字": 4, "修订前": 2.5, "修订后": 2.5},
               [(*row, number(before), number(after))
                for *row, before, after in changed(edition, titles)])
    _table(paper, "来源", {"项": 2.4, "内容": 13.2}, list(origin(edition, titles)))
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
    run.font.color.rgb = _BLACK  # the headings of the template are blue
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(paper: Any, title: str, columns: Mapping[str, float],
           rows: list[tuple[Any, ...]]) -> None:
    """`columns` are headings with their widths in centimetres, 15.6 together."""
    heading = paper.add_heading(level=2)
    _write(heading, title, font=_HEAD, size=Pt(14))
    table = paper.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, columns.values(), strict=True):
        column.width = Cm(width)
    for row in (tuple(columns), *rows):
        added = table.add_row()
        _mark(added, "cantSplit")
        for cell, value, (name, width) in zip(added.cells, row, columns.items(), strict=True):
            cell.width = Cm(width)
            _write(cell.paragraphs[0], f"{value}", size=_SMALL)
            if name in _AMOUNTS:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _mark(table.rows[0], "tblHeader")
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].font.bold = True


def _mark(row: Any, name: str) -> None:
    """A row that stays on one page (`cantSplit`), or is repeated on each (`tblHeader`)."""
    row._tr.get_or_add_trPr().append(OxmlElement(f"w:{name}"))
