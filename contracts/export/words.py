"""What each field means, in both languages, with an example value; kept in words.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..forms import Record


class WordMissing(LookupError):
    """A field that words.toml does not explain; the text says what to add."""


@dataclass(frozen=True)
class Word:
    """One field: its meaning in English and Chinese, and an invented example (None for a value)."""

    en: str
    zh: str
    example: Any = None


@cache
def words() -> dict[str, Word]:
    """Every word by field name, or by `Class.field` where a field means something else."""
    told = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    return {name: Word(**entry) for name, entry in told.items()}


def name_of_word(cls: type, field: str) -> str:
    """The name under which a field of `cls` is explained."""
    special = f"{cls.__name__}.{field}"
    return special if special in words() else field


def word(cls: type, field: str) -> Word:
    """What a field of `cls` means. Raises WordMissing."""
    try:
        return words()[name_of_word(cls, field)]
    except KeyError:
        raise WordMissing(
            f"contracts/export/words.toml does not say what {cls.__name__}.{field} means: "
            f"add [{field}]"
        ) from None


def sample(record: Record) -> dict[str, Any]:
    """Example `data` with every field present and none of them null."""
    return {
        name: sample(form.record) if form.record else word(record.cls, name).example
        for name, form in record.forms.items()
    }
