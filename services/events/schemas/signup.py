"""Sign-up: a party goes in, a registration comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.events.domain.person import Member, Newcomer
from services.events.schemas.fields import REFERENCE, REQUIRED, NotOffered, PersonName, Phone


class PersonBody(Schema):
    """Somebody who signs up for the first time."""

    name = PersonName(required=True, error_messages=REQUIRED)
    phone = Phone(required=True, error_messages=REQUIRED)
    birth_date = fields.Date(allow_none=True)
    guardian = NotOffered(allow_none=True)

    @post_load
    def _newcomer(self, body: dict[str, Any], **_: Any) -> Newcomer:
        return Newcomer(
            name=body["name"], phone=body["phone"], birth_date=body.get("birth_date")
        )


class PartyMember(fields.Field):
    """A person_ref, or name and phone of a newcomer."""

    person = PersonBody()

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Member:
        if isinstance(value, Mapping):
            newcomer: Newcomer = self.person.load(value)
            return newcomer
        if isinstance(value, str) and 1 <= len(value) <= 64:
            return value
        raise ValidationError("应为 person_ref，或含 name 和 phone 的对象")


class SignUpBody(Schema):
    """A party for one session."""

    party = fields.List(
        PartyMember(
            metadata={"oneOf": [{"type": "string"}, {"type": "object"}],
                      "description": "person_ref, or {name, phone, birth_date?}"}
        ),
        required=True, validate=validate.Length(min=1, max=100, error="至少 1 人"),
        error_messages=REQUIRED,
    )
    household_ref = fields.String(validate=REFERENCE)


class RegistrationAnswer(Schema):
    """A registration's state; `position` only in line."""

    registration_id = fields.String()
    session_id = fields.String()
    status = fields.String(validate=validate.OneOf(["confirmed", "waitlisted", "cancelled"]))
    position = fields.Integer()
    party = fields.List(fields.String())
