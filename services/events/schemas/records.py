"""Records without sign-up: visits, redemptions, work items."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.events.schemas.fields import REFERENCE, SHORT, STREET, Moment


class VisitBody(Schema):
    """A household that was visited (慰问)."""

    household_ref = fields.String(required=True, validate=REFERENCE)
    street = fields.String(required=True, validate=STREET)
    day = fields.Date(required=True)
    goods = fields.String(validate=SHORT)
    visited_by = fields.String(validate=REFERENCE)


class RedemptionBody(Schema):
    """A benefit taken at a window."""

    person_ref = fields.String(required=True, validate=REFERENCE)
    window = fields.String(required=True, validate=REFERENCE)
    street = fields.String(required=True, validate=STREET)
    at = Moment(required=True)


class WorkItemBody(Schema):
    """One item of a work list, as it stands on `day`; the same `item` again updates it."""

    item = fields.String(required=True, validate=SHORT)
    category = fields.String(required=True, validate=SHORT)
    state = fields.String(required=True, validate=validate.OneOf(["open", "done"]))
    due_on = fields.Date(allow_none=True, load_default=None)
    day = fields.Date(required=True)


class RecordAnswer(Schema):
    """The id under which a record is kept."""

    id = fields.String()
