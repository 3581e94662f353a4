"""Naming every field at fault at once; reached only after a fact was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .event import Fact
from .forms import Record, Wrong
from .schema import schema_of


def faults_of_read(cls: type[Fact], data: Any, wrong: Wrong) -> dict[str, Any]:
    """{field: [reasons]} for data that could not be read; nested for a value inside the fact."""
    if not isinstance(data, Mapping):
        return {"_": [str(wrong)]}
    return schema_of(cls)().validate(data)


def faults_of_written(record: Record, value: Any, wrong: Wrong) -> dict[str, Any]:
    """{field: [reasons]} for a dataclass that may not be written."""
    if type(value) is not record.cls or vars(value).keys() != record.forms.keys():
        return {"_": [str(wrong)]}
    faults: dict[str, Any] = {}
    for name, form in record.forms.items():
        try:
            form.write(getattr(value, name))
        except Wrong as cause:
            inner = form.record
            faults[name] = (
                faults_of_written(inner, getattr(value, name), cause) if inner else [str(cause)]
            )
    return faults
