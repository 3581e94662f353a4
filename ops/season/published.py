"""The published figures and sentences of 2021, read from their data file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("published-2021.toml")


@dataclass(frozen=True, kw_only=True)
class Published:
    """Figures by programme and name, sentences by programme, and the days they cover."""

    first_day: date
    as_of: date
    figures: dict[str, dict[str, int]]
    sentences: dict[str, str]


def read_published(file: Path = FILE) -> Published:
    """What the department printed; the file is part of the source, so a fault in it is a bug."""
    return Published(**tomllib.loads(file.read_text(encoding="utf-8")))
