"""Queries the doors accept and the answers they give."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema
from marshmallow.validate import OneOf

from kernel.web.fields import Day
from services.stats.domain.counted import BY

ONE_OF = "须为其中之一：{choices}"
WRONG_DAY: dict[str, Any] = {"invalid": "须为日期，如 2021-09-30"}


class DayQuery(Schema):
    """`as_of` is a local day, inclusive; without it, today."""

    class Meta:
        unknown = EXCLUDE

    as_of = Day(load_default=None, error_messages=WRONG_DAY)


class PeriodQuery(DayQuery):
    """`from` is the first local day; without it, from the beginning."""

    since = Day(load_default=None, data_key="from", error_messages=WRONG_DAY)

    @validates_schema
    def from_comes_first(self, query: dict[str, Any], **_: Any) -> None:
        if query["since"] and query["as_of"] and query["since"] > query["as_of"]:
            raise ValidationError("不能晚于 as_of", "from")


class WallQuery(PeriodQuery):
    """The wall is dark unless it is asked to be light."""

    theme = fields.String(load_default="dark", validate=OneOf(["dark", "light"], error=ONE_OF))


class FiguresScope(PeriodQuery):
    """Filters narrow the figures; what nobody ever reported under them is null."""

    programme = fields.String(load_default=None)
    wing = fields.String(load_default=None)
    street = fields.String(load_default=None)
    owner = fields.String(load_default=None)


class FiguresQuery(FiguresScope):
    """`by` asks for the parts as well."""

    by = fields.String(load_default=None, validate=OneOf(BY, error=ONE_OF))


def numbers() -> fields.Dict:
    """Whole numbers; hours may have two decimals; null: never reported, or withheld."""
    return fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


