"""The check-in desk and the end of a session."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.events.schemas.fields import REFERENCE, SHORT, Moment


class ScanBody(Schema):
    """A scan at the desk: for the whole party, or for one `person_ref` of it."""

    registration_id = fields.String(validate=REFERENCE)
    ticket = fields.String(validate=REFERENCE, metadata={"description": "the registration's id"})
    person_ref = fields.String(validate=REFERENCE)
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    at = Moment()
    nonce = fields.String(required=True, validate=validate.Length(min=1, max=120))

    @validates_schema
    def _one_ticket(self, body: dict[str, Any], **_: Any) -> None:
        if ("registration_id" in body) == ("ticket" in body):
            raise ValidationError("registration_id 与 ticket 填一个", "registration_id")


class ScanAnswer(Schema):
    """What the desk shows."""

    registration_id = fields.String()
    direction = fields.String()
    at = fields.String()
    persons = fields.Integer()
    late = fields.Boolean()


class ServedBody(Schema):
    """服务对象人次 as the organiser reports it (C-43)."""

    count = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000_000))
    method = fields.String(required=True, validate=SHORT)
    reported_by = fields.String(required=True, validate=REFERENCE)


class AudienceBody(Schema):
    """Who followed without being there."""

    online = fields.Integer(required=True, strict=True, validate=validate.Range(0, 100_000_000))


class CloseBody(Schema):
    """The organiser's report at the end of a session."""

    served = fields.Nested(ServedBody)
    audience = fields.Nested(AudienceBody)


class CloseAnswer(Schema):
    """What is final."""

    session_id = fields.String()
    present = fields.Integer()
    absent = fields.Integer()
