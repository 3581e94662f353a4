"""The marshmallow schema of a fact or of a value inside it, derived from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from .event import Fact, record_of_fact
from .forms import Form, Record, Wrong


class FormField(fields.Field[Any]):
    """A marshmallow field that writes and reads by the form of the declared type."""

    def __init__(self, form: Form, **options: Any) -> None:
        super().__init__(metadata=dict(form.schema), **options)
        self.form = form

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return self.form.write(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self.form.read(value)
        except Wrong as wrong:
            raise ValidationError(str(wrong)) from None


class RecordSchema(Schema):
    """Loads a declared dataclass; unknown fields are ignored."""

    class Meta:
        unknown = EXCLUDE
        register = False

    record: Record

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Any:
        """The dataclass itself instead of a dict."""
        return self.record.cls(**loaded)


def schema_of(cls: type[Fact]) -> type[Schema]:
    """The schema class of a declared fact; also for doors and documents that speak marshmallow."""
    return schema_of_record(record_of_fact(cls))


@cache
def schema_of_record(record: Record) -> type[Schema]:
    """The schema class of a compiled dataclass."""
    members: dict[str, Any] = {
        name: _field(form, name, record.defaults) for name, form in record.forms.items()
    }
    return type(f"{record.cls.__name__}Schema", (RecordSchema,), members | {"record": record})


def _field(form: Form, name: str, defaults: Mapping[str, Any]) -> fields.Field[Any]:
    nullable = "anyOf" in form.schema
    presence: dict[str, Any] = (
        {"load_default": defaults[name]} if name in defaults else {"required": True}
    )
    if form.record is not None:
        nested = schema_of_record(form.record)
        return fields.Nested(nested, allow_none=nullable, **presence)
    return FormField(form, allow_none=nullable, **presence)
