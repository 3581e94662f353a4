"""Declaring a fact once, and from it: writing strictly, reading tolerantly, and its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, ClassVar, TypeVar, dataclass_transform

from .forms import Record, Wrong, described, record_of

KEY = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*")


class UnknownFact(LookupError):
    """A key that the catalogue does not have."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no fact is called {key!r}")
        self.key = key


class InvalidFact(ValueError):
    """A fact that may not be written or cannot be read; `errors` is {field: [reasons]}, nested."""

    def __init__(self, key: str, errors: Mapping[str, Any]) -> None:
        super().__init__(f"{key}: {dict(errors)}")
        self.key = key
        self.errors = dict(errors)


class Fact:
    """Something that happened, told to whoever listens. Declared with `@fact`, never by hand."""

    key: ClassVar[str]
    private: ClassVar[bool]
    subject_pattern: ClassVar[str]

    def subject(self) -> str:
        """What the fact is about; facts with one subject are told in order, without gaps."""
        return self.subject_pattern.format_map(vars(self))


CATALOGUE: dict[str, type[Fact]] = {}
_RECORDS: dict[str, Record] = {}

F = TypeVar("F", bound=Fact)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(key: str, *, subject: str, private: bool = False) -> Callable[[type[F]], type[F]]:
    """Makes a subclass of Fact a frozen dataclass and enters it in the catalogue.

    `key` is routing key and type at once (`events.signup_confirmed.v1`); `subject` is a
    str.format pattern over the fields; a `private` fact carries contact details and travels by
    the private exchange. TypeError, at import, when the declaration does not hold together.
    """

    def declare(cls: type[F]) -> type[F]:
        if not issubclass(cls, Fact):
            raise TypeError(f"{cls.__name__} must be a subclass of Fact")
        if not KEY.fullmatch(key):
            raise TypeError(f"{key!r} must read like events.signup_confirmed.v1")
        if key in CATALOGUE:
            raise TypeError(f"{key} is declared twice")
        declared = dataclass(frozen=True, kw_only=True)(cls)
        record = record_of(declared)
        _check_subject(record, subject)
        declared.key, declared.private, declared.subject_pattern = key, private, subject
        CATALOGUE[key] = declared
        _RECORDS[key] = record
        return declared

    return declare


def _check_subject(record: Record, pattern: str) -> None:
    names = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
    if not names:
        raise TypeError(f"the subject {pattern!r} names no field of {record.cls.__name__}")
    for name in names:
        forms = record.forms
        *outer, last = name.split(".")
        for step in outer:
            inner = forms[step].record if step in forms else None
            forms = inner.forms if inner else {}
        if last not in forms or forms[last].schema.get("type") != "string":
            raise TypeError(f"the subject {pattern!r}: {name!r} is not a text field")


def write(fact: Fact) -> dict[str, Any]:
    """The fact's `data`, ready for JSON: every field, moments in UTC. InvalidFact when a value
    is not exactly what its field says. Pure; safe to repeat."""
    record = _record_of_fact(fact)
    try:
        return record.write(fact)
    except Wrong as wrong:
        from .faults import faults_of_written  # loads marshmallow: only once something is wrong

        raise InvalidFact(fact.key, faults_of_written(record, fact, wrong)) from None


def read(key: str, data: Mapping[str, Any]) -> Fact:
    """The fact told under `key`. Fields nobody knows are ignored, absent optional ones take their
    default. UnknownFact, or InvalidFact naming every field at fault. Pure; safe to repeat."""
    record = _RECORDS.get(key)
    if record is None:
        raise UnknownFact(key)
    try:
        fact: Fact = record.read(data)
        return fact
    except Wrong as wrong:
        from .faults import faults_of_read  # as above

        raise InvalidFact(key, faults_of_read(CATALOGUE[key], data, wrong)) from None


def json_schema(cls: type[Fact]) -> dict[str, Any]:
    """JSON Schema (2020-12) of the fact's `data`, values such as SessionRef under `$defs`.
    Unknown fields are allowed: readers ignore them."""
    return described(record_of_fact(cls))


def record_of_fact(cls: type[Fact]) -> Record:
    """The compiled fields of a declared fact; UnknownFact when `cls` was never declared."""
    key = getattr(cls, "key", cls.__name__)
    record = _RECORDS.get(key)
    if record is None:
        raise UnknownFact(key)
    return record


def _record_of_fact(fact: Fact) -> Record:
    try:
        return _RECORDS[fact.key]
    except (AttributeError, KeyError):
        raise InvalidFact(type(fact).__name__, {"_": ["was never declared with @fact"]}) from None
