"""XLSX: written row by row with every cell typed as text, read row by row within limits."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from kernel.sheets.cells import Cell, Table, harmless, read_back, shown
from kernel.sheets.limits import (
    LARGEST_UNPACKED,
    MOST_COLUMNS,
    MOST_LINES,
    MOST_MARKS,
    MOST_MARKS_BESIDE,
    MOST_PARTS,
    Unreadable,
)

TEXT, COUNT, AMOUNT = "@", "0", "0.##"
_BOLD = Font(bold=True)
_A4 = 9  # as the format numbers sizes of paper
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # `_x0041_` in a file means A
_CUT, _CUT_TO = 10_000_000_000, 100_000_000  # eleven digits of which three were kept
_BULK = ("xl/worksheets/", "xl/sharedStrings.xml")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def write(*tables: Table) -> bytes:
    """The file, a sheet for each table: its heading stays in sight, no cell is a formula."""
    book = Workbook(write_only=True)
    for table in tables:
        _add(book, table)
    file = io.BytesIO()
    _InMemory(book, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)).save()
    return file.getvalue()


def _add(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.name)
    sheet.freeze_panes = "A2"
    _to_be_printed(sheet)
    for place, (_, width) in enumerate(table.columns, 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width, column.number_format = width, TEXT
    sheet._writer = WorksheetWriter(sheet, out=io.BytesIO())
    sheet._writer.write_top()
    sheet.append([_cell(sheet, title, bold=True) for title, _ in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, cell) for cell in row])


def _to_be_printed(sheet: WriteOnlyWorksheet) -> None:
    """A4 lying, all columns on one page beside each other, the heading on every page."""
    sheet.print_title_rows = "1:1"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


class _InMemory(ExcelWriter):
    """The library would keep the sheet in a file below /tmp meanwhile: names do not belong there.

    What is below the underscores is that of the pinned version; a test fails if it moves.
    """

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws.close()
        ws._rels = ws._writer._rels
        self._archive.writestr(ws.path[1:], ws._writer.read())
        self.manifest.append(ws)


def _cell(sheet: WriteOnlyWorksheet, value: Cell, *, bold: bool = False) -> Any:
    text = shown(value)
    if text == "":
        return None
    if not isinstance(text, str):
        amount = WriteOnlyCell(sheet, value=text)  # without a format the column's makes it text
        amount.number_format = COUNT if isinstance(text, int) else AMOUNT
        return amount
    cell = WriteOnlyCell(sheet, value=_ESCAPE.sub("_x005F_", harmless(text)))
    cell.data_type, cell.number_format = "s", TEXT
    if bold:
        cell.font = _BOLD
    return cell


def read(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet with its number, from 1. Raises Unreadable.

    The library speaks of a broken file with whatever it stumbled over, so all of it is caught.
    """
    _check_parts(raw)
    try:
        yield from _rows(raw)
    except Unreadable:
        raise
    except Exception:
        raise Unreadable("这个文件打不开，请用表格软件另存为 XLSX 再试") from None


def _check_parts(raw: bytes) -> None:
    """Sizes are those that the file declares: its reader never unpacks more than declared. Marks
    are counted as bytes, which no encoding of XML hides: each costs the library some 10 to 50 µs.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            is_large = len(parts) > MOST_PARTS or sum(
                part.file_size for part in parts) > LARGEST_UNPACKED
            marks = {} if is_large else {
                part.filename: packed.read(part).count(b"<") for part in parts}
    except Exception:
        raise Unreadable("这个文件不是 XLSX；旧的 XLS 请另存为 XLSX") from None
    beside = sum(count for name, count in marks.items() if not name.startswith(_BULK))
    if is_large or sum(marks.values()) > MOST_MARKS or beside > MOST_MARKS_BESIDE:
        raise Unreadable("这个文件展开后太大，请只留下名单再试")


def _rows(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        found = sheet.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS + 1,
                                values_only=True)
        for number, row in enumerate(found, 1):
            yield number, [_text(value) for value in row]
    finally:
        book.close()


def _text(value: Any) -> str:
    """As it would be typed: whole numbers without a point, days as 2015-06-01.

    A number that a spreadsheet had cut to 1.39E+10 before is shown as that again.
    """
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int | float) and value >= _CUT and value % _CUT_TO == 0:
        return f"{value:.2E}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    return read_back(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
