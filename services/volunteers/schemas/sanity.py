"""The sanity report as it is asked for and answered."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import EXCLUDE, Schema, fields, validate

from contracts.hours import hours
from services.volunteers.domain.sanity import Kind
from services.volunteers.schemas.hours import Period


class SanityQuery(Period):
    """Local days of the sessions' starts, both included; the last thirty without them."""

    class Meta:
        unknown = EXCLUDE


class FindingAnswer(Schema):
    """One thing to look at; `minutes` overlap `other`, are too many or too few, or wait for
    `level`. `do` is the page where something can be done about it."""

    kind = fields.String(validate=validate.OneOf(get_args(Kind)))
    person_ref = fields.String()
    session_id = fields.String(attribute="session.session_id")
    day = fields.String()
    minutes = fields.Integer(allow_none=True)
    entry_id = fields.String(allow_none=True)
    other = fields.String(attribute="other.session_id", dump_default=None)
    level = fields.String(allow_none=True)
    do = fields.String()


class FixedLengthAnswer(Schema):
    """A programme whose minutes are exactly `each` × attendances: 按固定时长计 (C-48)."""

    programme = fields.String()
    attendances = fields.Integer()
    minutes = fields.Integer()
    each = fields.Integer(metadata={"description": "minutes of every attendance"})
    hours_each = fields.Function(lambda found: hours(found.each))


class SanityAnswer(Schema):
    """`numbers` counts all findings by kind, `findings` lists the first of each. Not `complete`:
    it took too long; `reached` is the day from which to ask again."""

    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    sessions = fields.Integer()
    complete = fields.Boolean()
    reached = fields.Date(allow_none=True)
    numbers = fields.Dict(keys=fields.String(), values=fields.Integer())
    findings = fields.List(fields.Nested(FindingAnswer))
    fixed_length = fields.List(fields.Nested(FixedLengthAnswer))


def asked_period(query: Any) -> dict[str, Any]:
    """What `look` takes of it."""
    return {name: query.get(name) for name in ("first", "last")}
