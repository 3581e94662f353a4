"""What the doors about figures are asked and how they answer."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from services.stats.domain.period import UNITS
from services.stats.schemas import ONE_OF, DayQuery, FiguresQuery, FiguresScope, numbers


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


class FiguresPageQuery(FiguresQuery):
    """`unit` is the period that is compared."""

    unit = fields.String(load_default="month", validate=OneOf(UNITS, error=ONE_OF))


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


class SourcesQuery(FiguresScope):
    """`after` is the `next` of the page before."""

    after = fields.String(load_default=None, validate=Length(max=500))
    limit = fields.Integer(load_default=100, strict=False, validate=Range(1, 10_000))


class SourcesPageQuery(SourcesQuery):
    """No more on a page than a person reads and a telephone shows."""

    limit = fields.Integer(load_default=100, strict=False, validate=Range(1, 200))


class SourceAnswer(Schema):
    """One document behind a figure; `who` is a reference, never a name."""

    kind = fields.String()
    key = fields.String()
    day = fields.String()
    programme = fields.String()
    street = fields.String()
    amount = fields.Integer()
    who = fields.String(allow_none=True)
    facts = fields.List(fields.String())
    entries = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    method = fields.String(allow_none=True)
    reported_by = fields.String(allow_none=True)


class SourcesAnswer(Schema):
    """`left_out`: there are confidential sources as well, for caseworkers."""

    figure = fields.Raw(allow_none=True)
    items = fields.List(fields.Nested(SourceAnswer))
    next = fields.String(allow_none=True)
    left_out = fields.Boolean()


class GoalsQuery(Schema):
    """Without `year`, the goals of all years."""

    class Meta:
        unknown = EXCLUDE

    year = fields.Integer(load_default=None, validate=Range(2000, 2199))


class GoalAnswer(Schema):
    """`percent` has one decimal and is never more than there is; `reached` are the alerts."""

    year = fields.Integer()
    programme = fields.String()
    figure = fields.String()
    target = fields.Integer()
    alerts = fields.List(fields.Integer())
    value = fields.Raw(allow_none=True)
    percent = fields.Float(allow_none=True)
    reached = fields.List(fields.Integer())
    as_of = fields.Date()
