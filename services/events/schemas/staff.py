"""What staff ask for and are shown: lists of registrations, open decisions, qualifications."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from services.events.domain.registration import Status
from services.events.schemas.activities import KEY

STATES = ("ended", *get_args(Status))


class RegistrationsQuery(Schema):
    """Which registrations: of one state, or `ended`; without it, all that are active."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ListedRegistration(Schema):
    """A registration on a list. `names` only with the caseworkers' token (C-28)."""

    registration_id = fields.String()
    code = fields.String(metadata={"description": "编号, as in the SMS"})
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    size = fields.Integer()
    names = fields.List(fields.String())
    position = fields.Integer(metadata={"description": "in line, from 1"})
    priority = fields.Integer()
    seated = fields.Boolean()
    attended = fields.Boolean()
    registered_at = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    overdue_since = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class ApprovalAnswer(Schema):
    """A party that waits for a decision, without names; overdue ones come first."""

    registration_id = fields.String()
    code = fields.String()
    session_id = fields.String()
    activity_id = fields.String()
    title = fields.String()
    starts_at = fields.AwareDateTime()
    size = fields.Integer()
    seated = fields.Boolean(metadata={"description": "its places are kept meanwhile"})
    registered_at = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    overdue_since = fields.AwareDateTime(allow_none=True)


class QualificationsBody(Schema):
    """Everything the person is qualified for; what is not named is taken away."""

    qualifications = fields.List(
        fields.String(validate=KEY), required=True, validate=validate.Length(max=50)
    )


class QualificationsAnswer(QualificationsBody):
    """As kept."""

    person_ref = fields.String()
