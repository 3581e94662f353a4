"""A fact as people of other systems read of it: in Chinese, with its fields and an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..event import Fact, record_of_fact
from ..forms import Form, Record
from .goldens import golden_text
from .schemas import meaning
from .words import word

TYPES = {"string": "文字", "integer": "整数", "boolean": "是或否（true、false）", "object": "对象",
         "date": "日期（北京时间）", "date-time": "时刻（UTC）"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """`name` with the dots that lead to it (`session.street`); `may_lack` where readers must not
    count on it, `may_be_null` where it may be there and empty."""

    name: str
    type: str
    meaning: str
    may_lack: bool
    may_be_null: bool


@dataclass(frozen=True, kw_only=True)
class Described:
    """A fact; `versions` are the keys of all versions of it that are told."""

    key: str
    name: str
    meaning: str
    subject: str
    fields: tuple[Field, ...]
    example: str
    versions: tuple[str, ...]


def described(cls: type[Fact], keys: Iterable[str]) -> Described:
    """The fact; `keys` are those among which its other versions are."""
    stem = cls.key.rpartition(".")[0]
    return Described(
        key=cls.key, name=cls.__name__, meaning=meaning(cls)[1], subject=cls.subject_pattern,
        fields=tuple(_fields(record_of_fact(cls))), example=golden_text(cls),
        versions=tuple(sorted(key for key in keys if key.rpartition(".")[0] == stem)))


def _fields(record: Record, outer: str = "") -> Iterable[Field]:
    for name, form in record.forms.items():
        yield Field(
            name=outer + name, type=_type(form), meaning=word(record.cls, name).zh,
            may_lack=name in record.defaults, may_be_null="anyOf" in form.schema)
        if form.record:
            yield from _fields(form.record, f"{outer}{name}.")


def _type(form: Form) -> str:
    if "anyOf" in form.schema:
        return _named(form.schema["anyOf"][0])
    return _named(form.schema)


def _named(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return TYPES["object"]
    if "enum" in schema:
        return "、".join(str(each) for each in schema["enum"]) + " 之一"
    if schema["type"] == "array":
        return "文字的列表"
    return TYPES[schema.get("format", schema["type"])]
