"""Queries accepted and answers given at the doors of the volunteers service."""

from __future__ import annotations

from typing import Any

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_dump,
    validate,
    validates_schema,
)

from kernel.web.fields import Day
from services.volunteers.domain import explained


class Period(Schema):
    """Days in Asia/Shanghai, both included; either may be left out."""

    class Meta:
        unknown = EXCLUDE

    first = Day(data_key="from")
    last = Day(data_key="to")

    @validates_schema
    def check_order(self, period: dict[str, Any], **_: Any) -> None:
        if "first" in period and "last" in period and period["first"] > period["last"]:
            raise ValidationError("from is after to", "to")


class Whose(Schema):
    """Whose hours are asked for; nobody's until the form is filled in."""

    class Meta:
        unknown = EXCLUDE

    person = fields.String(load_default="", validate=validate.Length(max=64))


class EntryAnswer(Schema):
    """One line of the ledger; `state` is credited or held (待核实), `reason` says why held."""

    entry_id = fields.String()
    session_id = fields.Function(lambda entry: entry.session.session_id)
    programme = fields.Function(lambda entry: entry.session.programme)
    starts_at = fields.Function(lambda entry: entry.session.starts_at.isoformat())
    minutes = fields.Integer()
    basis = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    withheld = fields.Integer()
    level = fields.String(allow_none=True)
    reverses = fields.String(allow_none=True)
    explained = fields.Function(explained)
    late = fields.Boolean(metadata={"description": "逾期补记: entered after the last day (C-19)"})


class HoursAnswer(Schema):
    """Minutes are exact; hours are rounded half up once, from their sum (C-02)."""

    person_ref = fields.String()
    minutes = fields.Integer()
    hours = fields.Raw()
    entries = fields.List(fields.Nested(EntryAnswer))

    @post_dump(pass_original=True)
    def _mark_late(self, shown: dict[str, Any], hours: Any, **_: Any) -> dict[str, Any]:
        late = hours.late
        for entry in shown["entries"]:
            entry["late"] = entry["entry_id"] in late
        return shown
