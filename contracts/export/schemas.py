"""The JSON Schema files, one per fact, and what may not change in one that was told before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..event import Fact, json_schema, record_of_fact
from ..forms import Record
from .words import WordMissing, word

SUBJECT, PRIVATE = "x-subject", "x-private"  # what a schema of data cannot say, kept beside it
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_document(cls: type[Fact]) -> dict[str, Any]:
    """The schema of the fact's `data` as other systems read it, with every field explained."""
    record = record_of_fact(cls)
    schema = json_schema(cls)
    _explain(schema, record)
    for form in record.forms.values():
        if form.record:
            _explain(schema["$defs"][form.record.cls.__name__], form.record)
    english, chinese = meaning(cls)
    return {
        "$schema": DIALECT,
        "$id": f"urn:xiangxin:schema:{cls.key}",
        "title": cls.__name__,
        "description": f"{english} {chinese}",
        **schema,
        SUBJECT: cls.subject_pattern,
        PRIVATE: cls.private,
    }


def schema_text(cls: type[Fact]) -> str:
    """The text of schemas/<key>.json."""
    return json.dumps(schema_document(cls), ensure_ascii=False, indent=2) + "\n"


def meaning(cls: type) -> tuple[str, str]:
    """The English and the Chinese paragraph of a fact's docstring, each on one line. Raises
    WordMissing for a fact without one of them."""
    english, _, chinese = (cls.__doc__ or "").partition("\n\n")
    if not english.strip() or chinese.isascii():
        raise WordMissing(f"{cls.__name__} does not say in Chinese what it tells: its docstring is "
                          "one English and one Chinese paragraph")
    return " ".join(english.split()), "".join(line.strip() for line in chinese.splitlines())


def _explain(schema: dict[str, Any], record: Record) -> None:
    for name, described in schema["properties"].items():
        told = word(record.cls, name)
        described["description"] = f"{told.en} {told.zh}"


def breaks(told: Mapping[str, Any], now: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What in `now` would break readers or messages of `told`: a field that is gone, that has
    another type, or that older messages lack. Words may change, and optional fields may come."""
    for name, before in told["properties"].items():
        after = now["properties"].get(name)
        if after is None:
            yield f"{where}{name} was removed"
        elif _type(before) != _type(after):
            yield f"{where}{name} was {_type(before)} and is {_type(after)}"
    for name in now["required"]:
        if name not in told["required"]:
            yield f"{where}{name} is required, and messages told before lack it"
    for name, inner in told.get("$defs", {}).items():
        if name in now.get("$defs", {}):
            yield from breaks(inner, now["$defs"][name], f"{where}{name}.")
    yield from _moved(told, now)


def _moved(told: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Another subject takes the order of facts away; a private fact is not told outside any more.
    A fact may become public."""
    if SUBJECT in told and told[SUBJECT] != now[SUBJECT]:
        yield f"the subject was {told[SUBJECT]} and is {now[SUBJECT]}"
    if PRIVATE in told and now[PRIVATE] and not told[PRIVATE]:
        yield "it was public and is private"


def _type(described: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in described.items() if key != "description"}
