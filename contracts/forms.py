"""Forms: how one value of a fact is written as JSON and read back, by its annotated type."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

LARGEST_INTEGER = 2**53 - 1  # the largest that every JSON reader keeps exact


class Wrong(ValueError):
    """A value that its form refuses; the text says why, without repeating the value."""


@dataclass(frozen=True)
class Form:
    """Both directions of one type. `write` and `read` raise `Wrong`; neither changes its input."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    schema: Mapping[str, Any]
    record: Record | None = None


@dataclass(frozen=True, eq=False)
class Record:
    """A frozen dataclass with the form of each of its fields, compiled once."""

    cls: type
    forms: Mapping[str, Form]
    defaults: Mapping[str, Any]
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("must be text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Wrong("must be text that can be encoded as UTF-8") from None
    return value


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Wrong("must be an integer")
    if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise Wrong("must be an integer of at most 53 bits")
    return int(value)


def _boolean(value: Any) -> bool:
    if value is not True and value is not False:
        raise Wrong("must be true or false")
    return value


def _write_date(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Wrong("must be a date without a time")
    return value.isoformat()


def _read_date(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong("must be a date such as 2021-09-30") from None
    if day.isoformat() != value:
        raise Wrong("must be a date such as 2021-09-30")
    return day


def _write_moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise Wrong("must be a moment (datetime)")
    if value.utcoffset() is None:
        raise Wrong("must be a moment with a time zone")
    try:
        return value.astimezone(UTC).isoformat()[:-6] + "Z"
    except OverflowError:
        raise Wrong("must be a moment between the years 1 and 9999 in UTC") from None


def _read_moment(value: Any) -> datetime:
    try:
        return _moment_of(value)
    except (TypeError, ValueError, OverflowError):
        raise Wrong("must be a moment with a time zone such as 2021-09-30T01:30:00Z") from None


@lru_cache(maxsize=4096)  # those of a session stand in hundreds of facts, one after the other
def _moment_of(text: str) -> datetime:
    if (moment := datetime.fromisoformat(text)).utcoffset() is not None and text[10] in "Tt ":
        return moment.astimezone(UTC)
    raise ValueError


SCALARS: Mapping[Any, Form] = {
    str: Form(_text, _text, {"type": "string"}),
    int: Form(_integer, _integer, {"type": "integer"}),
    bool: Form(_boolean, _boolean, {"type": "boolean"}),
    date: Form(_write_date, _read_date, {"type": "string", "format": "date"}),
    datetime: Form(_write_moment, _read_moment, {"type": "string", "format": "date-time"}),
}


def form_of(annotation: Any) -> Form:
    """The form of an annotated type; TypeError for a type that facts do not use."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal and all(isinstance(word, str) for word in arguments):
        return _choice(arguments)
    if origin is tuple and arguments == (str, ...):
        return _texts()
    if origin in (Union, types.UnionType) and len(arguments) == 2 and type(None) in arguments:
        return _nullable(next(form_of(each) for each in arguments if each is not type(None)))
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        record = record_of_value(annotation)
        reference = {"$ref": f"#/$defs/{annotation.__name__}"}
        return Form(record.write, record.read, reference, record)
    raise TypeError(
        f"{annotation!r} is not a type of facts: use str, int, bool, date, datetime, "
        "Literal of words, tuple[str, ...], a frozen dataclass, or one of these | None"
    )


def _choice(words: tuple[str, ...]) -> Form:
    allowed = frozenset(words)
    refusal = "must be one of: " + ", ".join(words)

    def same(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise Wrong(refusal)
        return value

    return Form(same, same, {"type": "string", "enum": list(words)})


def _texts() -> Form:
    def write(value: Any) -> list[str]:
        if not isinstance(value, tuple):
            raise Wrong("must be a tuple of texts")
        return [_text(each) for each in value]

    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Wrong("must be a list of texts")
        return tuple([_text(each) for each in value])

    return Form(write, read, {"type": "array", "items": {"type": "string"}})


def _nullable(form: Form) -> Form:
    inner_write, inner_read = form.write, form.read

    def write(value: Any) -> Any:
        return None if value is None else inner_write(value)

    def read(value: Any) -> Any:
        return None if value is None else inner_read(value)

    return Form(write, read, {"anyOf": [form.schema, {"type": "null"}]}, form.record)


def record_of(cls: type) -> Record:
    """Compiles a frozen dataclass; TypeError when it is not frozen or a field has no form."""
    parameters = getattr(cls, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen:
        raise TypeError(f"{cls.__name__} must be a frozen dataclass")
    if hasattr(cls, "__post_init__") or hasattr(cls, "__slots__"):
        raise TypeError(f"{cls.__name__} must keep its fields as they are: no __post_init__, slots")
    hints = get_type_hints(cls)
    fields = dataclasses.fields(cls)
    forms = {field.name: form_of(hints[field.name]) for field in fields}
    defaults = {
        field.name: field.default for field in fields if field.default is not dataclasses.MISSING
    }
    return Record(
        cls=cls,
        forms=forms,
        defaults=defaults,
        write=_record_writer(cls, forms),
        read=_record_reader(cls, forms, defaults),
    )


record_of_value = cache(record_of)  # a value stands in many facts; compiled once


def _record_writer(cls: type, forms: Mapping[str, Form]) -> Callable[[Any], dict[str, Any]]:
    writers = tuple((name, form.write) for name, form in forms.items())

    def write(value: Any) -> dict[str, Any]:
        if type(value) is not cls:  # a subclass could carry fields that nobody agreed on
            raise Wrong(f"must be a {cls.__name__}")
        held = vars(value)
        if len(held) != len(writers):
            raise Wrong("carries more or fewer fields than were declared")
        return {name: form_write(held[name]) for name, form_write in writers}

    return write


def _record_reader(
    cls: type, forms: Mapping[str, Form], defaults: dict[str, Any]
) -> Callable[[Any], Any]:
    readers = tuple((name, form.read) for name, form in forms.items())

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Wrong("must be an object")
        present = {name: form_read(value[name]) for name, form_read in readers if name in value}
        if len(present) != len(readers):
            present = defaults | present
            if len(present) != len(readers):
                raise Wrong("lacks a required field")
        made: Any = object.__new__(cls)  # a frozen __init__ sets field by field: dearer
        made.__dict__.update(present)
        return made

    return read


def described(record: Record) -> dict[str, Any]:
    """JSON Schema of the record, with the dataclasses inside it under `$defs`."""
    schema = _object(record)
    inner = {form.record.cls.__name__: form.record for form in record.forms.values() if form.record}
    for name, each in inner.items():
        nested = described(each)
        schema.setdefault("$defs", {}).update(nested.pop("$defs", {}) | {name: nested})
    return schema


def _object(record: Record) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: dict(form.schema) for name, form in record.forms.items()},
        "required": [name for name in record.forms if name not in record.defaults],
    }
