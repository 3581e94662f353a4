"""Sheets with a heading: rows below it as cells by column, and cells as people type them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from marshmallow import ValidationError

from kernel.sheets.limits import MOST_COLUMNS, MOST_LINES, MOST_ROWS, Unreadable

_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d\d)(\d\d)", re.ASCII
)

Rows = Iterable[tuple[int, list[str]]]


@dataclass(frozen=True)
class Row:
    """`cells` by their headings, tidied; `number` as the sheet counts its lines."""

    number: int
    cells: Mapping[str, str]
    is_wider: bool  # than the heading


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The columns that a sheet may have and those that it must have; `what` it lists and `item`,
    one row of it, are words for people."""

    columns: Collection[str]
    needed: Collection[str]
    what: str
    item: str

    def rows(self, rows: Rows) -> Iterator[Row]:
        """The rows below the heading that have something in them. Raises ValidationError that names
        wrong columns, and Unreadable for a sheet that is too large or holds nothing."""
        headings: list[str] | None = None
        found = 0
        for number, cells in rows:
            if number > MOST_LINES:
                raise Unreadable(f"表格超过 {MOST_LINES} 行，请删去多余的行")
            tidy = [cell.strip() for cell in cells]
            if any(tidy[MOST_COLUMNS:]):
                raise Unreadable(f"表格超过 {MOST_COLUMNS} 列，请只留下{self.what}的列")
            if not any(tidy):
                continue
            if headings is None:
                headings = self._checked(tidy)
                continue
            found += 1
            if found > MOST_ROWS:
                raise Unreadable(f"一次最多 {MOST_ROWS} {self.item}，请分成几份")
            yield Row(number, dict(zip(headings, tidy, strict=False)),
                      is_wider=any(tidy[len(headings):]))
        if not found:
            raise Unreadable(f"这个文件里没有{self.what}："
                             f"第一行写表头，从第二行起一行一{self.item}")

    def _checked(self, cells: list[str]) -> list[str]:
        """The headings; empty ones only at the end. Raises ValidationError that names the wrong."""
        while cells and not cells[-1]:
            cells.pop()
        unknown = [each for each in cells if each not in self.columns]
        wrong = [f"没有这一列：{each[:20] or '（空）'}" for each in unknown]
        wrong += [f"重复的列：{each}" for each in self.columns if cells.count(each) > 1]
        wrong += [f"缺少这一列：{each}" for each in self.needed if each not in cells]
        if wrong:
            allowed = f"可用的列：{'、'.join(self.columns)}"
            raise ValidationError({"columns": [*wrong, allowed]})
        return cells


def day_as_typed(text: str) -> str | None:
    """2015-06-01 out of 2015/6/1, 2015年6月1日 or 20150601; None for anything else."""
    day = _DAY.fullmatch(text)
    if day is None:
        return None
    year, month, date = (part for part in day.groups() if part)
    return f"{year}-{int(month):02}-{int(date):02}"
