"""Bodies of what is asked for and decided about persons: ways back, looks, corrections (C-17)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kernel.web.fields import PSEUDONYM, PersonName, Phone
from services.volunteers.schemas.people import DocumentBody, Text


class RecoveryBody(Schema):
    """Who says that the account behind this document is theirs; `person_ref` of a new telephone."""

    person_ref = fields.String(load_default=None, allow_none=True, validate=PSEUDONYM)
    name = PersonName(required=True)
    phone = Phone(required=True)
    document = fields.Nested(DocumentBody, required=True)
    reason = Text(load_default="")


class RequestAnswer(Schema):
    """Where a request stands; `code` counts once it is approved."""

    request_id = fields.String()
    state = fields.String(validate=validate.OneOf(["pending", "approved", "refused"]))
    code = fields.String()
    volunteer_no = fields.String(allow_none=True)
    until = fields.String(allow_none=True)
    decision_reason = fields.String(allow_none=True)


class DecisionBody(Schema):
    """What other eyes decide, and why; both are told to who asked."""

    approve = fields.Boolean(required=True)
    reason = Text(required=True, least=2)


class OpenRecovery(Schema):
    """A request beside what is known of the document's volunteer, for a caseworker."""

    request_id = fields.String(attribute="request.request_id")
    asked_by = fields.String(attribute="request.asked_by")
    asked_at = fields.AwareDateTime(attribute="request.asked_at")
    reason = fields.String(attribute="request.reason")
    person_ref = fields.String(attribute="request.person_ref", allow_none=True)
    name = fields.String()
    phone_masked = fields.String()
    volunteer_no = fields.String(allow_none=True)
    same_name = fields.Boolean()
    same_phone = fields.Boolean()


class OpenTicket(Schema):
    """A look at a minor's data that somebody asked for."""

    request_id = fields.String()
    volunteer_no = fields.String()
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    reason = fields.String()


class AmendmentBody(Schema):
    """What a name or telephone is to be, and what showed it; what is not given stays."""

    name = PersonName(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    reason = Text(required=True, least=2)


class OpenAmendment(Schema):
    """A correction that waits: what is to be; null stays."""

    request_id = fields.String(attribute="request.request_id")
    volunteer_no = fields.String(attribute="request.volunteer_no")
    asked_by = fields.String(attribute="request.asked_by")
    asked_at = fields.AwareDateTime(attribute="request.asked_at")
    reason = fields.String(attribute="request.reason")
    name = fields.String(allow_none=True)
    phone_masked = fields.String(allow_none=True)
