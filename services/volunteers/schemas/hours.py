"""Queries accepted and answers given at the doors of the ledger."""

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

from kernel.web.fields import Day, Moment
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


class AsOf(Schema):
    """A moment with an offset: the ledger as it stood then; left out, as it stands."""

    class Meta:
        unknown = EXCLUDE

    as_of = Moment()


class Asked(Period, AsOf):
    """Both: which sessions, and as the ledger stood when."""

    class Meta:
        unknown = EXCLUDE


class Whose(Schema):
    """Whose hours are asked for; nobody's until the form is filled in."""

    class Meta:
        unknown = EXCLUDE

    person = fields.String(load_default="", validate=validate.Length(max=64))


class EntryAnswer(Schema):
    """One entry of the ledger; `state` is credited or held (待核实), `reason` says why held and
    `level` whose approval `withheld` minutes wait for. `reverses` is the entry that this one takes
    back; `minutes` are negative then. `hash` covers the entry and the one before it."""

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
    number = fields.Integer()
    entered_at = fields.Function(lambda entry: entry.entered_at.isoformat())
    hash = fields.String()
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


class BalanceAnswer(Schema):
    """The sum of the first `number` entries, and the hash of the last of them."""

    person_ref = fields.String()
    minutes = fields.Integer()
    hours = fields.Raw()
    number = fields.Integer()
    hash = fields.String()


class DepositAnswer(Schema):
    """What an entry of the hours ledger was worth in points: minutes × weight in percent."""

    entry_id = fields.String()
    programme = fields.String()
    minutes = fields.Integer()
    weight = fields.Integer()
    points = fields.Function(lambda deposit: deposit.points / 100)


class PointsAnswer(Schema):
    """Points of the time bank (时间银行); hours are told by their own door and know none."""

    person_ref = fields.String()
    points = fields.Float()
    deposits = fields.List(fields.Nested(DepositAnswer))
