"""The formats of sheets by what they are called; what reads and writes one is loaded when asked."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

KINDS: Mapping[str, str] = {  # media types by the ending of a file
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ROOMS = {"csv": "comma", "xlsx": "workbook"}


def format_of(ending: str) -> Any:
    """The module with `write(table)` and `read(raw)` for files of this ending.

    openpyxl brings 17 MiB into a process that may never see a spreadsheet.
    """
    return import_module(f"kernel.sheets.{_ROOMS[ending]}")


def ending_of(media_type: str) -> str:
    """The ending of files of this media type. Raises KeyError for another."""
    return {kind: ending for ending, kind in KINDS.items()}[media_type]
