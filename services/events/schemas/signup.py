"""Sign-up: a party goes in, a registration comes out; and the words on one registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from kernel.web.fields import BirthDate, PersonName, Phone
from services.events.domain.person import Guardian, Known, Member, Newcomer
from services.events.domain.registration import Status
from services.events.schemas.fields import REFERENCE, REQUIRED

SEAT = validate.Length(max=40, error="最多 40 个字符")
NOTE = validate.Length(max=200, error="最多 200 个字")


class GuardianBody(Schema):
    """Who answers for a child; asked for consent by SMS."""

    name = PersonName(required=True, error_messages=REQUIRED)
    phone = Phone(required=True, error_messages=REQUIRED)

    @post_load
    def _guardian(self, body: dict[str, Any], **_: Any) -> Guardian:
        return Guardian(**body)


class PersonBody(Schema):
    """Somebody who signs up for the first time; a child may be reached at its guardian's number."""

    name = PersonName(required=True, error_messages=REQUIRED)
    phone = Phone()
    birth_date = BirthDate(allow_none=True, load_default=None)
    guardian = fields.Nested(GuardianBody, allow_none=True, load_default=None)
    seat = fields.String(load_default="", validate=SEAT)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _can_be_reached(self, body: dict[str, Any], original: Any, **_: Any) -> None:
        if not any(original.get(name) for name in ("phone", "guardian")):
            raise ValidationError("必填", "phone")

    @post_load
    def _newcomer(self, body: dict[str, Any], **_: Any) -> Newcomer:
        phone = body.pop("phone", None) or body["guardian"].phone
        return Newcomer(phone=phone, **body)


class KnownBody(Schema):
    """Somebody who was here before."""

    person_ref = fields.String(required=True, validate=REFERENCE)
    seat = fields.String(load_default="", validate=SEAT)

    @post_load
    def _known(self, body: dict[str, Any], **_: Any) -> Known:
        return Known(**body)


class PartyMember(fields.Field):
    """A person_ref, {person_ref, seat?}, or name and phone of a newcomer."""

    person, known = PersonBody(), KnownBody()

    def described(self, resolve: Callable[[Schema], Any]) -> dict[str, Any]:
        """As OpenAPI shows it."""
        reference = {"type": "string", "minLength": 1, "maxLength": 64}
        return {"oneOf": [reference, resolve(self.known), resolve(self.person)]}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Member:
        if isinstance(value, Mapping):
            schema = self.known if "person_ref" in value else self.person
            member: Member = schema.load(value)
            return member
        if isinstance(value, str) and 1 <= len(value) <= 64:
            return Known(person_ref=value)
        raise ValidationError("应为 person_ref，或含 name 和 phone 的对象")


class PartyBody(Schema):
    """A party; staff may give it a priority in line."""

    party = fields.List(
        PartyMember(metadata={
            "description": "person_ref, or {name, phone, birth_date?, guardian?, seat?}",
        }),
        required=True, validate=validate.Length(min=1, max=100, error="至少 1 人"),
        error_messages=REQUIRED,
    )
    household_ref = fields.String(validate=REFERENCE)


class SignUpBody(PartyBody):
    """A party for one session."""

    priority = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, 9),
        metadata={"description": "in line; only with the staff token, else ignored"},
    )


class SeriesBody(PartyBody):
    """A party for several sessions of one activity, or for all that are open."""

    sessions = fields.List(
        fields.String(validate=REFERENCE), load_default=None, allow_none=True,
        validate=validate.Length(min=1, max=400, error="至少 1 场"),
    )


class DecisionBody(Schema):
    """The organiser's word on a party as a whole."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "refuse"]))
    note = fields.String(load_default="", validate=NOTE,
                         metadata={"description": "words for the person; needed to refuse"})
    persons = fields.List(fields.String(validate=REFERENCE), load_default=None, allow_none=True)

    @validates_schema
    def _says_why(self, body: dict[str, Any], **_: Any) -> None:
        if body["decision"] == "refuse" and not body["note"].strip():
            raise ValidationError("不通过时请写明原因", "note")


class PriorityBody(Schema):
    """Where in line: higher first."""

    priority = fields.Integer(required=True, strict=True, validate=validate.Range(0, 9))


class ConsentBody(Schema):
    """A guardian's word; the code came by SMS."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    decision = fields.String(
        required=True, validate=validate.OneOf(["given", "refused", "withdrawn"])
    )


class ConsentAnswer(Schema):
    """What the guardian said."""

    registration_id = fields.String()
    decision = fields.String()
    status = fields.String(metadata={"description": "of the registration now"})


class RegistrationAnswer(Schema):
    """A registration's state; `position` only in line, `until` when the state runs out."""

    registration_id = fields.String()
    session_id = fields.String()
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    position = fields.Integer()
    party = fields.List(fields.String())
    until = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    key = fields.String(metadata={"description": (
        "only in the answer to who signed up: shown as header Registration-Key it cancels, takes "
        "and declines from anywhere; without it the address that signed up may")})


class SeriesOutcome(Schema):
    """What became of one session of a series: a registration, or why not."""

    session_id = fields.String()
    registration = fields.Nested(RegistrationAnswer, allow_none=True)
    code = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


class SeriesAnswer(Schema):
    """One outcome for each session."""

    outcomes = fields.List(fields.Nested(SeriesOutcome))
