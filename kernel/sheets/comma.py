"""CSV: written in UTF-8 with its mark, read in UTF-8, GB18030 or UTF-16 as spreadsheets save it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from kernel.sheets.cells import Cell, Table, read_back, shown, unbent
from kernel.sheets.limits import Unreadable

_DELIMITERS = (",", "\t", ";")


def write(table: Table) -> bytes:
    """The file, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(title for title, _ in table.columns)
    writer.writerows(map(_row, table.rows))
    return text.getvalue().encode("utf-8-sig")


def _row(cells: Sequence[Cell]) -> list[str | int | float]:
    values = (shown(cell) for cell in cells)
    return [unbent(value) if isinstance(value, str) else value for value in values]


def read(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, from 1, as a spreadsheet counts. Raises Unreadable."""
    text = _text(raw)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""),
                                                delimiter=delimiter), 1):
            yield number, [read_back(cell) for cell in row]
    except csv.Error:
        raise Unreadable("这个文件不是有效的 CSV") from None


def _text(raw: bytes) -> str:
    is_utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("看不懂这个文件的文字编码，请另存为 UTF-8 的 CSV 或 XLSX")
