"""What staff see of providers, and the weights that they set."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class StandingAnswer(Schema):
    """How a provider stands: at rest, and by which weight it is chosen now (`share`)."""

    name = fields.String()
    state = fields.String(metadata={"enum": ["closed", "open", "probing"]})
    weight = fields.Float()
    share = fields.Float()
    reason = fields.String(allow_none=True)
    since = fields.AwareDateTime(allow_none=True)
    until = fields.AwareDateTime(allow_none=True)
    calls = fields.Integer()
    failures = fields.Integer()


class WeightBody(Schema):
    """Another weight at rest, and why."""

    weight = fields.Float(required=True, validate=validate.Range(0, 999_999))
    why = fields.String(required=True, validate=validate.Length(1, 200))


class RouteChangeAnswer(Schema):
    """A change that was made to a provider's route: when, who, what and why."""

    at = fields.AwareDateTime()
    provider = fields.String()
    who = fields.String()
    what = fields.String()
    why = fields.String()
    state = fields.String()
    weight = fields.Float()
