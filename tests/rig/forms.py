"""What a schema asks for, filled in: with an invented person wherever it takes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, validate

from kernel.web.fields import BirthDate, PersonName, Phone
from services.events.schemas.signup import PartyMember

PERSONAL = {"name", "phone", "number", "document", "guardian", "party", "term",
            "guardian_name", "guardian_phone"}


@dataclass(frozen=True)
class Invented:
    """Who is filled in."""

    name: str
    phone: str
    document: str

    def person(self) -> dict[str, str]:
        return {"name": self.name, "phone": self.phone}


def takes_a_person(schema: Schema | None) -> bool:
    """Whether somewhere in it stands a field for a name, a telephone or a document."""
    return schema is not None and any(
        name in PERSONAL or isinstance(field, PersonName | Phone | PartyMember)
        for name, field in _fields(schema))


def _fields(schema: Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        yield name, inner
        if isinstance(inner, fields.Nested):
            yield from _fields(inner.schema)


def filled(schema: Schema, who: Invented, known: Mapping[str, Any]) -> dict[str, Any]:
    """A value for every field that can be given; `known` are values by name that win."""
    return {name: known.get(name, _value(name, field, who, known))
            for name, field in schema.fields.items() if not field.dump_only}


def _value(name: str, field: fields.Field[Any], who: Invented, known: Mapping[str, Any]) -> Any:
    match field:
        case PersonName():
            return who.name
        case Phone():
            return who.phone
        case PartyMember():
            return who.person()
        case BirthDate():
            return "1990-01-01"
        case fields.List():
            return [_value(name, field.inner, who, known)]
        case fields.Nested():
            return filled(field.schema, who, known)
        case fields.Boolean():
            return True
        case fields.Integer() | fields.Float():
            return 1
        case fields.Date():
            return "2026-01-01"
    if choice := _choice(field):
        return choice
    return who.document if name == "number" else f"{who.name}{who.phone}"


def _choice(field: fields.Field[Any]) -> Any:
    found = [each for each in field.validators if isinstance(each, validate.OneOf)]
    return next(iter(found[0].choices)) if found else None
