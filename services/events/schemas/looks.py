"""Looks at minors' data at the doors."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.events.schemas.fields import REQUIRED

REASON = validate.Length(min=2, max=200, error="2 到 200 个字")


class LookBody(Schema):
    """Why somebody has to look."""

    reason = fields.String(required=True, validate=REASON, error_messages=REQUIRED)


class LookDecisionBody(Schema):
    """What other eyes decide, and why."""

    approve = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=REASON, error_messages=REQUIRED)


class LookAnswer(Schema):
    """Where it stands; `about` is a session's id or a person's reference."""

    request_id = fields.String()
    state = fields.String(validate=validate.OneOf(["pending", "approved", "refused"]))
    about = fields.String()
    until = fields.String(allow_none=True)


class OpenLook(Schema):
    """One that waits."""

    request_id = fields.String()
    kind = fields.String(validate=validate.OneOf(["roster", "person"]))
    about = fields.String()
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    reason = fields.String()
