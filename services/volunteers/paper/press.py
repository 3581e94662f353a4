"""The press: a sheet becomes a PDF that is searchable, tagged, archivable (PDF/A-2a, PDF/UA-1).

Typst sets it: it reads the CJK collections of Debian, takes from them only the letters that are
used, and repeats the same bytes for the same sheet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import typst

from services.volunteers.domain.certificates.broken import NoFont, NotPrintable
from services.volunteers.paper.sheet import Sheet

TEMPLATE = Path(__file__).parent / "certificate.typ"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')


class Press:
    """Sets sheets in the fonts of a folder; the first of `families` is the usual one.

    A letter that the first family lacks is taken from the next, then from any other font of the
    folder. Fonts are looked for at the first sheet. Safe to repeat; a sheet of one page takes some
    20 ms, one of 300 lines some 200 ms.
    """

    def __init__(self, folder: Path, families: Sequence[str]) -> None:
        self._folder, self._families = folder, tuple(families)

    def certificate(self, sheet: Sheet) -> bytes:
        """The PDF. Raises NoFont, or NotPrintable for a letter that no font here has."""
        said = asdict(sheet)
        said.pop("issued_at")
        return self._set({"sheet": said, "families": self._found}, sheet.issued_at)

    def check(self) -> None:
        """Raises NoFont when none of the families is there."""
        assert self._found

    def _set(self, inputs: dict[str, Any], at: datetime) -> bytes:
        texts = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
        whole = at.astimezone(UTC).replace(microsecond=0)  # a PDF knows seconds only
        try:
            made: bytes = typst.compile(
                self._template, font_paths=self._fonts, ignore_system_fonts=True,
                sys_inputs=texts, timestamp=whole, pdf_standards=[*STANDARDS],
            )
        except typst.TypstError as fault:
            lacking = _LACKING.search(str(fault))
            if lacking is None:
                raise
            raise NotPrintable(lacking[1]) from None
        return made

    @cached_property
    def _template(self) -> bytes:
        return TEMPLATE.read_bytes()

    @cached_property
    def _fonts(self) -> typst.Fonts:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                           font_paths=[str(self._folder)])

    @cached_property
    def _found(self) -> list[str]:
        there = set(self._fonts.families())
        found = [family for family in self._families if family in there]
        if not found:
            raise NoFont("、".join(self._families), str(self._folder))
        return found
