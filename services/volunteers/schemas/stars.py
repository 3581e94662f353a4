"""Bodies and answers about stars (星级)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.volunteers.schemas.certificates import Line

DECISIONS = validate.OneOf(["approved", "refused"], error="approved 或 refused")


class DecisionBody(Schema):
    """A person's word on a proposal, with its reason."""

    decision = fields.String(required=True, validate=DECISIONS)
    reason = Line(500, required=True)


class DecisionAnswer(Schema):
    """The proposal after it, and the person's stars."""

    id = fields.String()
    state = fields.String()
    stars = fields.Integer()


class ProposedAnswer(Schema):
    """The new proposal."""

    id = fields.String()


class ProposalAnswer(Schema):
    """A proposal as anybody sees it."""

    id = fields.String()
    kind = fields.String()
    before = fields.Integer()
    stars = fields.Integer()
    minutes = fields.Integer()
    state = fields.String()
    proposed_at = fields.DateTime()
    decided_at = fields.DateTime(allow_none=True)


class StaffProposalAnswer(ProposalAnswer):
    """The same for staff: whose it is, who proposed and decided, and why."""

    person_ref = fields.String()
    maker = fields.String()
    checker = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    scheme = fields.Date()


class NextTierAnswer(Schema):
    """What the tier above wants."""

    stars = fields.Integer()
    hours = fields.Integer()
    tenure_days = fields.Integer()
    quality = fields.Integer(allow_none=True)


class StarsAnswer(Schema):
    """A person's stars, what they rest on, the tier above, and every proposal, latest first."""

    person_ref = fields.String()
    stars = fields.Integer()
    minutes = fields.Integer()
    hours = fields.Raw()
    since = fields.Date(allow_none=True)
    next = fields.Nested(NextTierAnswer, allow_none=True)
    proposals = fields.List(fields.Nested(ProposalAnswer))
