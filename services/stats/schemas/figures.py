"""What the doors about figures are asked and how they answer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from services.stats.domain.period import UNITS
from services.stats.schemas import ONE_OF, DayQuery, numbers


class ShownFigures(Schema):
    """`suppressed` names figures that are null because they are small and confidential, `partial`
    those that confidential parts were left out of. `fixed_minutes`: every attendance has just so
    many (C-48), to be looked at. `served_methods`: how 服务对象人次 (统计上报值) was counted."""

    figures = numbers()
    suppressed = fields.List(fields.String())
    left_out_of = fields.List(fields.String(), data_key="partial")
    fixed_minutes = fields.Integer(allow_none=True)
    served_methods = fields.List(fields.String())


class PartAnswer(ShownFigures):
    """One part; distinct people of parts do not add up to those of the whole (C-45)."""

    name = fields.String()


class FiguresAnswer(ShownFigures):
    """The whole, and with `by` its parts in the order of their names."""

    as_of = fields.Date()
    since = fields.Date(data_key="from", allow_none=True)
    by = fields.String(allow_none=True)
    parts = fields.List(fields.Nested(PartAnswer), allow_none=True)


class ComparedQuery(DayQuery):
    """The period of this unit in which `as_of` lies."""

    unit = fields.String(load_default="month", validate=OneOf(UNITS, error=ONE_OF))
    programme = fields.String(load_default=None)
    wing = fields.String(load_default=None)
    street = fields.String(load_default=None)
    owner = fields.String(load_default=None)


class PeriodAnswer(Schema):
    """`until` is earlier than `last` while the period is not over."""

    unit = fields.String()
    first = fields.Date()
    last = fields.Date()
    until = fields.Date()


class ChangeAnswer(Schema):
    """C-46: `percent` exact, as text; null with `shown` "—" where there is no base."""

    before = fields.Raw(allow_none=True)
    percent = fields.Decimal(as_string=True, allow_none=True)
    shown = fields.String()


def _changes() -> fields.Dict:
    values: Any = fields.Nested(ChangeAnswer)
    return fields.Dict(keys=fields.String(), values=values)


class ComparedAnswer(ShownFigures):
    """A period, the one before (环比) and the same a year before (同比)."""

    period = fields.Nested(PeriodAnswer)
    previous = fields.Nested(PeriodAnswer)
    year_before = fields.Nested(PeriodAnswer)
    since_previous = _changes()
    since_year_before = _changes()
