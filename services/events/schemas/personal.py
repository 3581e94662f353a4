"""What events keeps of one person, as a caseworker or the person takes it along (C-29)."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validates_schema

from kernel.web.fields import BirthDate, PersonName, Phone
from services.events.schemas.no_shows import NoShowAnswer


class WhoseBody(Schema):
    """A name and a telephone, as they were told together."""

    name = PersonName(required=True)
    phone = Phone(required=True)


class WhoseAnswer(Schema):
    """Whose reference it is."""

    person_ref = fields.String()


class ContactBody(Schema):
    """What is put right; what is left out stays."""

    name = PersonName()
    phone = Phone()
    birth_date = BirthDate()

    @validates_schema
    def _something(self, body: dict[str, object], **_: object) -> None:
        if not body:
            raise ValidationError("请填写要更正的内容：name、phone 或 birth_date")


class CorrectedAnswer(Schema):
    """Which fields are others now."""

    person_ref = fields.String()
    corrected = fields.List(fields.String())


class StayAnswer(Schema):
    """In and out, as the desk scanned."""

    checked_in_at = fields.AwareDateTime(allow_none=True)
    checked_out_at = fields.AwareDateTime(allow_none=True)


class PartAnswer(Schema):
    """A registration of theirs; of others in it only how many they are."""

    registration_id = fields.String(attribute="registration.registration_id")
    programme = fields.String(attribute="session.programme")
    title = fields.String(attribute="session.title")
    place = fields.String(attribute="session.place")
    starts_at = fields.AwareDateTime(attribute="session.starts_at")
    ends_at = fields.AwareDateTime(attribute="session.ends_at")
    status = fields.String(attribute="registration.status")
    registered_at = fields.AwareDateTime(attribute="registration.registered_at")
    size = fields.Integer(attribute="registration.size")
    seat = fields.String()
    note = fields.String(attribute="registration.note", allow_none=True)
    stays = fields.List(fields.Nested(StayAnswer))
    forced = fields.List(fields.String(), metadata={"description": "why a check-in was forced"})


class AskedAnswer(Schema):
    """A guardian's consent: as guardian or as child; `state` withdrawn says that it was."""

    role = fields.String()
    state = fields.String(attribute="consent.state")
    text_version = fields.String(attribute="consent.text_version")
    children = fields.Function(lambda asked: len(asked.consent.children))
    title = fields.String(attribute="session.title")
    requested_at = fields.AwareDateTime(attribute="consent.requested_at")
    decided_at = fields.AwareDateTime(attribute="consent.decided_at", allow_none=True)


class BondAnswer(Schema):
    """A family tie: what was agreed to, how, from when until when; not with whom."""

    role = fields.String()
    purpose = fields.String(attribute="tie.purpose")
    state = fields.String(attribute="tie.state")
    text_version = fields.String(attribute="tie.text_version")
    method = fields.String(attribute="tie.method")
    requested_at = fields.AwareDateTime(attribute="tie.asked_at")
    decided_at = fields.AwareDateTime(attribute="tie.decided_at", allow_none=True)
    over_at = fields.AwareDateTime(attribute="tie.ended_at", allow_none=True)


class EntitlementPart(Schema):
    """A right to a benefit."""

    programme = fields.String()
    occupation = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    granted_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class RedemptionPart(Schema):
    """A benefit that was taken."""

    programme = fields.String()
    window = fields.String()
    street = fields.String()
    at = fields.AwareDateTime()


class VisitPart(Schema):
    """A visit under the person's reference."""

    programme = fields.String()
    street = fields.String()
    day = fields.Function(lambda visit: str(visit["day"]))
    goods = fields.List(fields.Dict())


class PersonalAnswer(Schema):
    """Everything of one person; name, phone and birth date are null once they were erased."""

    person_ref = fields.String()
    known_since = fields.AwareDateTime(attribute="person.known_since")
    name = fields.String(attribute="contact.name", dump_default=None, allow_none=True)
    phone = fields.String(attribute="contact.phone", dump_default=None, allow_none=True)
    birth_date = fields.Date(attribute="contact.birth_date", dump_default=None, allow_none=True)
    has_guardian = fields.Function(lambda found: found.person.guardian_ref is not None)
    qualifications = fields.List(fields.String(), attribute="person.qualifications")
    registrations = fields.List(fields.Nested(PartAnswer), attribute="parts")
    absences = fields.List(fields.Nested(NoShowAnswer))
    consents = fields.List(fields.Nested(AskedAnswer))
    family = fields.List(fields.Nested(BondAnswer))
    entitlements = fields.List(fields.Nested(EntitlementPart))
    redemptions = fields.List(fields.Nested(RedemptionPart))
    visits = fields.List(fields.Nested(VisitPart))
    complete = fields.Boolean(metadata={
        "description": "false: of more than 200 registrations the newest are here"})
