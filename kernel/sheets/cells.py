"""What a cell may hold: text that is no formula and no number in disguise (pitfall 22, C-30)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import SHANGHAI

Cell = str | int | float | datetime | None
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTE = "'"
# what a spreadsheet takes for a number or a day when it opens a CSV file
_NUMBER = re.compile(
    r"\s*[\d.,]*\d[\d.,]*(e[+-]?\d+)?\s*%?\s*|\s*\d+\s*[-/年]\s*\d+.*", re.IGNORECASE | re.DOTALL
)
# controls, halves of surrogate pairs and the two non-characters: no XML can carry them
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A sheet to be written: its name, columns with their widths in characters, and rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def shown(cell: Cell) -> str | int | float:
    """Text and amounts as they are; times in Asia/Shanghai; nothing as empty text."""
    if isinstance(cell, datetime):
        return cell.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, str):
        return _UNWRITABLE.sub(" ", cell)
    return "" if cell is None else cell


def harmless(text: str) -> str:
    """The text with a quote before it when a spreadsheet would run it, or when it has one."""
    is_active = text.lstrip().startswith(ACTIVE) or text.startswith((*ACTIVE, QUOTE))
    return QUOTE + text if is_active else text


def unbent(text: str) -> str:
    """The same for CSV, which has no types: also before what would be read as a number or day."""
    return QUOTE + text if _NUMBER.fullmatch(text) else harmless(text)


def read_back(text: str) -> str:
    """The text without that quote."""
    return text[1:] if text.startswith(QUOTE) else text
