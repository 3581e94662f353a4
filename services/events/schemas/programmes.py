"""Programmes with what is particular to their kind; entitlements; the planning of slots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from kernel.web.fields import PSEUDONYM, Day
from services.events.schemas.activities import ProgrammeAnswer
from services.events.schemas.fields import REFERENCE

LONGEST_PLAN = timedelta(days=92)  # a quarter at a time: what changes later is not planned yet


class WindowAnswer(Schema):
    """A service window of a benefit."""

    key = fields.String()
    title = fields.String()
    street = fields.String()
    address = fields.String()
    opens = fields.String()


class OpeningAnswer(Schema):
    """An opening of a station's week."""

    day = fields.String()
    since = fields.String(data_key="from")
    until = fields.String(data_key="to")
    places = fields.Integer()


class StationAnswer(Schema):
    """Where people come by appointment."""

    key = fields.String()
    title = fields.String()
    level = fields.String()
    street = fields.String()
    address = fields.String()
    desks = fields.Integer()
    slot_minutes = fields.Integer()
    weekly = fields.List(fields.Nested(OpeningAnswer))


class PostAnswer(Schema):
    """A post of a shift, with the qualification it needs."""

    key = fields.String()
    title = fields.String()
    needs = fields.String()
    needs_title = fields.String()


class ProgrammeShown(ProgrammeAnswer):
    """A programme as the public sees it, with what its kind has of its own."""

    confidential = fields.Boolean()
    wants = fields.String()
    windows = fields.List(fields.Nested(WindowAnswer))
    entitled = fields.List(fields.String())
    per_day = fields.Integer(allow_none=True)
    per_window_per_day = fields.Integer(allow_none=True)
    categories = fields.List(fields.String())
    platform = fields.String()
    stations = fields.List(fields.Nested(StationAnswer))
    posts = fields.List(fields.Nested(PostAnswer))
    min_crew = fields.Integer(allow_none=True)


class EntitlementBody(Schema):
    """Somebody is entitled to a benefit by occupation; days are inclusive and local."""

    person_ref = fields.String(required=True, validate=PSEUDONYM)
    occupation = fields.String(required=True, validate=REFERENCE)
    valid_from = Day(allow_none=True)
    valid_until = Day(allow_none=True)
    by = fields.String(validate=REFERENCE)

    @validates_schema
    def _in_order(self, body: dict[str, Any], **_: Any) -> None:
        first, last = body.get("valid_from"), body.get("valid_until")
        if first and last and last < first:
            raise ValidationError("结束日期不能早于开始日期", "valid_until")


class EntitlementAnswer(Schema):
    """An entitlement as it stands."""

    entitlement_id = fields.String(data_key="id")
    person_ref = fields.String()
    occupation = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    granted_at = fields.AwareDateTime()
    granted_by = fields.String(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)
    revoked_by = fields.String(allow_none=True)


class EntitlementQuery(Schema):
    """Whose entitlements to list."""

    person_ref = fields.String()


class SlotsBody(Schema):
    """Which days of a station to plan, both inclusive."""

    station = fields.String(required=True, validate=REFERENCE)
    first_day = Day(required=True)
    last_day = Day(required=True)

    @validates_schema
    def _in_order(self, body: dict[str, Any], **_: Any) -> None:
        if body["last_day"] < body["first_day"]:
            raise ValidationError("结束日期不能早于开始日期", "last_day")
        if body["last_day"] - body["first_day"] >= LONGEST_PLAN:
            raise ValidationError(f"一次最多排 {LONGEST_PLAN.days} 天", "last_day")


class PlannedDay(Schema):
    """A day with its activity; `sessions` when it was planned just now."""

    day = fields.Date()
    activity_id = fields.String()
    sessions = fields.Integer()


class SkippedDay(Schema):
    """A day that stays free: past, closed or public_holiday."""

    day = fields.Date()
    reason = fields.String()


class SlotsAnswer(Schema):
    """What was planned; `provisional` names years whose public holidays are not known yet."""

    station = fields.String()
    planned = fields.List(fields.Nested(PlannedDay))
    already = fields.List(fields.Nested(PlannedDay))
    skipped = fields.List(fields.Nested(SkippedDay))
    provisional = fields.List(fields.Integer())
