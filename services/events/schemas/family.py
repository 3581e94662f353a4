"""A family under one account at the doors: of who signed in by telephone, and of caseworkers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kernel.web.fields import BirthDate, PersonName, Phone
from services.events.domain.family import TEXT_VERSION
from services.events.schemas.fields import REFERENCE, REQUIRED

AGREED = {"description": f"of the text that was agreed to, now {TEXT_VERSION}"}


class OwnNameBody(Schema):
    """One's own name."""

    name = PersonName(required=True, error_messages=REQUIRED)


class ChildBody(Schema):
    """A child under eighteen; who sends it is the guardian and consents to the text."""

    name = PersonName(required=True, error_messages=REQUIRED)
    birth_date = BirthDate(required=True, error_messages=REQUIRED)
    guardian_ref = fields.String(load_default=None, allow_none=True, validate=REFERENCE, metadata={
        "description": "the adult of the account who is the guardian; may be left out for one"})
    text_version = fields.String(required=True, metadata=AGREED)


class AdultBody(Schema):
    """Whose telephone the code goes to."""

    phone = Phone(required=True, error_messages=REQUIRED)


class AskedCodeAnswer(Schema):
    """What has to be shown beside the code; the same for numbers that nobody knows."""

    secret = fields.String()


class JoiningBody(Schema):
    """The adult's code and name, with the secret that was answered as it was asked for."""

    secret = fields.String(required=True, validate=validate.Length(1, 64), error_messages=REQUIRED)
    code = fields.String(required=True, validate=validate.Length(1, 40), error_messages=REQUIRED)
    name = PersonName(required=True, error_messages=REQUIRED)
    holder_ref = fields.String(load_default=None, allow_none=True, validate=REFERENCE, metadata={
        "description": "the adult of the account who asks; may be left out for one"})


class LeavingQuery(Schema):
    """`sure=true`: nobody of the family may act for the child afterwards, and that is meant."""

    sure = fields.Boolean(load_default=False)


class GuardianBody(Schema):
    """An adult of the family who is asked to be a guardian as well."""

    guardian_ref = fields.String(required=True, validate=REFERENCE, error_messages=REQUIRED)


class PaperGuardianBody(GuardianBody):
    """Somebody who showed at a desk that they are the guardian, and consented on paper."""

    text_version = fields.String(required=True, metadata=AGREED)


class GuardianDecisionBody(Schema):
    """The word of who is asked."""

    decision = fields.String(required=True, validate=validate.OneOf(["given", "refused"]))
    text_version = fields.String(required=True, metadata=AGREED)


class PersonAnswer(Schema):
    """Whom it is about; `guardians` are how many others may act for a child that left."""

    person_ref = fields.String()
    status = fields.String()
    guardians = fields.Integer()


class MemberAnswer(Schema):
    """One of the family; the telephone is masked."""

    person_ref = fields.String(attribute="who.person_ref")
    name = fields.String(attribute="who.name")
    phone = fields.String(attribute="who.phone")
    kind = fields.String(validate=validate.OneOf(["own", "child", "adult"]))
    since = fields.AwareDateTime(allow_none=True)
    guardians = fields.Integer(metadata={"description": "others who may act for a child"})


class AskedAnswer(Schema):
    """A child whose guardian one is asked to be."""

    person_ref = fields.String(attribute="who.person_ref")
    name = fields.String(attribute="who.name")
    until = fields.AwareDateTime()


class FamilyAnswer(Schema):
    """Everybody of the account's family."""

    members = fields.List(fields.Nested(MemberAnswer))
    asked = fields.List(fields.Nested(AskedAnswer))


class UnguardedAnswer(Schema):
    """A child for whom nobody may act, and since when."""

    person_ref = fields.String()
    since = fields.AwareDateTime()
