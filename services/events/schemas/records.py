"""Records without sign-up: visits, redemptions, work items."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from kernel.web.fields import PSEUDONYM, Day, Moment
from services.events.schemas.fields import REFERENCE, SHORT, STREET

STATES = ("open", "done")
THING = validate.Length(min=1, max=40, error="1 到 40 个字")
EVIDENCE = validate.Length(min=1, max=200, error="1 到 200 个字")


class GoodBody(Schema):
    """One kind of goods that was brought, and how much of it."""

    name = fields.String(required=True, validate=THING)
    quantity = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 10_000))


class Goods(fields.List):
    """What was brought: a list of goods, or one text for a single thing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Nested(GoodBody), **kwargs)

    def described(self, _: Any) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": ["array", "string"]}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, str):
            value = [{"name": value}]
        return super()._deserialize(value, *args, **kwargs)


class VisitBody(Schema):
    """A household that was visited (慰问)."""

    household_ref = fields.String(required=True, validate=PSEUDONYM)
    street = fields.String(required=True, validate=STREET)
    day = Day(required=True)
    goods = Goods(
        validate=validate.Length(max=30, error="最多 30 种"),
        metadata={"description": "[{name, quantity}], or one text"},
    )
    visited_by = fields.String(validate=REFERENCE)


class VisitAnswer(Schema):
    """A visit as it was recorded."""

    id = fields.String()
    household_ref = fields.String()
    street = fields.String()
    day = fields.String()
    goods = fields.List(fields.Nested(GoodBody))
    visited_by = fields.String()


class DaysQuery(Schema):
    """Inclusive days in Asia/Shanghai."""

    first_day = Day(data_key="from")
    last_day = Day(data_key="to")


class RedemptionBody(Schema):
    """A benefit taken at a window."""

    person_ref = fields.String(required=True, validate=REFERENCE)
    window = fields.String(required=True, validate=REFERENCE)
    street = fields.String(required=True, validate=STREET)
    at = Moment(required=True)


class RedemptionAnswer(Schema):
    """A redemption as it was recorded."""

    id = fields.String()
    person_ref = fields.String()
    window = fields.String()
    street = fields.String()
    at = fields.AwareDateTime()


class WorkItemBody(Schema):
    """One item of a work list, as it stands on `day`; the same `item` again updates it."""

    item = fields.String(required=True, validate=SHORT)
    category = fields.String(required=True, validate=SHORT)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    due_on = Day(allow_none=True, load_default=None)
    day = Day(required=True)
    owner = fields.String(validate=validate.Length(min=1, max=20, error="1 到 20 个字"),
                          metadata={"description": "a unit of the department, not a person"})
    evidence = fields.String(validate=EVIDENCE)
    reason = fields.String(validate=EVIDENCE,
                           metadata={"description": "needed when it was done and is open again"})
    by = fields.String(validate=REFERENCE)


class WorkItemStateBody(Schema):
    """An item done, with evidence, or open again, with a reason."""

    state = fields.String(required=True, validate=validate.OneOf(STATES))
    evidence = fields.String(validate=EVIDENCE)
    reason = fields.String(validate=EVIDENCE)
    by = fields.String(validate=REFERENCE)


class ChangeAnswer(Schema):
    """Who changed what and when."""

    at = fields.AwareDateTime()
    by = fields.String(allow_none=True)
    before = fields.Dict(keys=fields.String())
    after = fields.Dict(keys=fields.String())
    reason = fields.String(allow_none=True)


class WorkItemAnswer(Schema):
    """An item as it stands, with its history."""

    id = fields.String()
    item = fields.String()
    category = fields.String()
    state = fields.String()
    owner = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    day = fields.Date()
    evidence = fields.String(allow_none=True)
    overdue = fields.Boolean()
    changes = fields.List(fields.Nested(ChangeAnswer))


class WorkItemQuery(Schema):
    """Which items to list."""

    state = fields.String(validate=validate.OneOf(STATES))
    owner = fields.String()
    overdue = fields.Boolean()


class RecordAnswer(Schema):
    """The id under which a record is kept."""

    id = fields.String()
