"""Programmes and activities with their sessions."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.events.schemas.fields import REFERENCE, SHORT, STREET, Moment, NotOffered

FIRST_COME = validate.OneOf(["first-come"], error="目前只支持：{choices}")


class SessionBody(Schema):
    """One date of a new activity."""

    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    capacity = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))

    @validates_schema
    def _in_order(self, body: dict[str, Any], **_: Any) -> None:
        if body["ends_at"] <= body["starts_at"]:
            raise ValidationError("结束时间要晚于开始时间", "ends_at")


class ActivityBody(Schema):
    """A new activity with its sessions."""

    programme = fields.String(required=True, validate=REFERENCE)
    title = fields.String(required=True, validate=SHORT)
    place = fields.String(required=True, validate=SHORT)
    street = fields.String(required=True, validate=STREET)
    sessions = fields.List(
        fields.Nested(SessionBody), required=True, validate=validate.Length(min=1, max=400)
    )
    opens_at = Moment(allow_none=True, load_default=None)
    closes_at = Moment(allow_none=True, load_default=None)
    mode = fields.String(load_default="first-come", validate=FIRST_COME)
    confidential = fields.Boolean(load_default=False)
    min_age = NotOffered(allow_none=True)
    max_age = NotOffered(allow_none=True)

    @validates_schema
    def _in_order(self, body: dict[str, Any], **_: Any) -> None:
        opens_at, closes_at = body["opens_at"], body["closes_at"]
        if opens_at and closes_at and closes_at <= opens_at:
            raise ValidationError("截止时间要晚于开放时间", "closes_at")


class SessionAnswer(Schema):
    """A session with its places now."""

    id = fields.String()
    session_id = fields.String()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    capacity = fields.Integer()
    places_left = fields.Integer()
    waiting = fields.Integer(metadata={"description": "parties in line"})
    closed_at = fields.AwareDateTime(allow_none=True)


class ActivityAnswer(Schema):
    """An activity with its sessions, earliest first."""

    id = fields.String()
    activity_id = fields.String()
    programme = fields.String()
    title = fields.String()
    place = fields.String()
    street = fields.String()
    mode = fields.String()
    confidential = fields.Boolean()
    opens_at = fields.AwareDateTime(allow_none=True)
    closes_at = fields.AwareDateTime(allow_none=True)
    sessions = fields.List(fields.Nested(SessionAnswer))


class ActivityQuery(Schema):
    """Which activities to list; `from` and `to` are inclusive days in Asia/Shanghai."""

    programme = fields.String()
    street = fields.String()
    first_day = fields.Date(data_key="from")
    last_day = fields.Date(data_key="to")


class ProgrammeAnswer(Schema):
    """A programme as the public sees it."""

    key = fields.String()
    title = fields.String()
    wing = fields.String()
    owner = fields.String()
    kind = fields.String()
