"""Lists of what waits for people: requests, held lines, sessions with records missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from services.volunteers.domain.correction import Kind, State
from services.volunteers.domain.duty import Standing
from services.volunteers.domain.entry import Reason
from services.volunteers.domain.ruling import LEVELS
from services.volunteers.domain.stays import Missing

REASONS: tuple[Reason, ...] = (*get_args(Missing), "over_daily_limit", "too_many_check_ins")


class PageQuery(Schema):
    """Lists come in pages from 1."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class CorrectionsQuery(PageQuery):
    """Of one state, those that wait without it; `overdue` ones should have been decided by now."""

    state = fields.String(load_default="pending", validate=validate.OneOf(get_args(State)))
    overdue = fields.Boolean(load_default=None)

    @validates_schema
    def _fits(self, query: Mapping[str, Any], **_: Any) -> None:
        if query["overdue"] and query["state"] != "pending":
            raise ValidationError("only what is pending can be overdue", "overdue")


class HeldQuery(PageQuery):
    """Of one level, or for one reason."""

    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))
    reason = fields.String(load_default=None, validate=validate.OneOf(REASONS))


class DutiesQuery(PageQuery):
    """Of one standing; without it all that are not complete."""

    state = fields.String(load_default=None, validate=validate.OneOf(get_args(Standing)))


class StandingAnswer(Schema):
    """A line of the ledger before or after."""

    entry_id = fields.String()
    minutes = fields.Integer()
    withheld = fields.Integer()
    basis = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)


class CorrectionAnswer(Schema):
    """A request with its deadline. Texts of confidential sessions stand in lists for caseworkers
    only; who acted for staff only."""

    correction_id = fields.String()
    kind = fields.String(validate=validate.OneOf(get_args(Kind)))
    state = fields.String(validate=validate.OneOf(get_args(State)))
    person_ref = fields.String()
    session_id = fields.String()
    entry_id = fields.String(allow_none=True)
    asked = fields.Integer(metadata={"description": "minutes asked for"})
    stood = fields.Integer(metadata={"description": "minutes that counted when it was made"})
    reason = fields.String(allow_none=True)
    evidence = fields.String(allow_none=True)
    before = fields.List(fields.Nested(StandingAnswer))
    after = fields.List(fields.Nested(StandingAnswer))
    granted = fields.Integer(allow_none=True, metadata={"description": "that count since"})
    decision = fields.String(allow_none=True, metadata={"description": "why"})
    made_at = fields.AwareDateTime()
    made_by = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String()
    due = fields.Date(allow_none=True)
    days_left = fields.Integer(allow_none=True)
    overdue = fields.Boolean()
    provisional = fields.Boolean()


class CorrectionsAnswer(Schema):
    """One page, oldest first."""

    corrections = fields.List(fields.Nested(CorrectionAnswer))
    page = fields.Integer()
    more = fields.Boolean()


class HeldAnswer(Schema):
    """One held line; `withheld` are minutes over the day's limit that wait for `level`."""

    entry_id = fields.String()
    person_ref = fields.String()
    session_id = fields.Function(lambda held: held.session.session_id)
    title = fields.Function(lambda held: held.session.title)
    starts_at = fields.Function(lambda held: held.session.starts_at.isoformat())
    ends_at = fields.Function(lambda held: held.session.ends_at.isoformat())
    checked_in_at = fields.AwareDateTime(attribute="stay.checked_in_at", allow_none=True)
    checked_out_at = fields.AwareDateTime(attribute="stay.checked_out_at", allow_none=True)
    reason = fields.String()
    level = fields.String(allow_none=True)
    withheld = fields.Integer()
    day = fields.String()
    since = fields.AwareDateTime()


class HeldsAnswer(Schema):
    """One page, what waits longest first."""

    held = fields.List(fields.Nested(HeldAnswer))
    page = fields.Integer()
    more = fields.Boolean()


class DutyAnswer(Schema):
    """A session that ended and what is missing of its records; `days_left` are working days,
    negative once it is overdue."""

    session_id = fields.String(attribute="session.session_id")
    activity_id = fields.String(attribute="session.activity_id")
    title = fields.String(attribute="session.title", allow_none=True)
    ended_at = fields.AwareDateTime(attribute="session.ends_at")
    state = fields.String(
        attribute="reckoned.standing", validate=validate.OneOf(get_args(Standing))
    )
    due = fields.Date(attribute="reckoned.due")
    days_left = fields.Integer(attribute="reckoned.left")
    provisional = fields.Boolean(
        attribute="reckoned.provisional",
        metadata={"description": "a year's public holidays are not known yet"},
    )
    closed = fields.Boolean(attribute="missing.closed")
    held = fields.Integer(attribute="missing.held")
    requests = fields.Integer(attribute="missing.requests")
    told_at = fields.AwareDateTime(allow_none=True)


class DutiesAnswer(Schema):
    """One page, the session that ended first is first."""

    duties = fields.List(fields.Nested(DutyAnswer))
    page = fields.Integer()
    more = fields.Boolean()
