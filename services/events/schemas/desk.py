"""The check-in desk and the end of a session."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from kernel.web.fields import Moment
from services.events.schemas.fields import REFERENCE, REQUIRED, SHORT

GATE = validate.Length(min=1, max=40, error="1 到 40 个字")
TICKET = validate.Length(min=1, max=120, error="1 到 120 个字符")
REASON = validate.Length(min=2, max=200, error="2 到 200 个字")
MOST_AT_ONCE = 500


class ForcedBody(Schema):
    """A check-in against the rules of time, number and presence (C-06)."""

    reason = fields.String(required=True, validate=REASON)


class ScanBody(Schema):
    """A scan at the desk: for the whole party, or for one `person_ref` of it."""

    registration_id = fields.String(validate=REFERENCE)
    ticket = fields.String(validate=TICKET, metadata={
        "description": "what the QR code says; a registration's id is taken as well",
    })
    person_ref = fields.String(validate=REFERENCE)
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    at = Moment()
    nonce = fields.String(required=True, validate=validate.Length(min=1, max=120))
    gate = fields.String(validate=GATE)
    forced = fields.Nested(ForcedBody)

    @validates_schema
    def _one_ticket(self, body: dict[str, Any], **_: Any) -> None:
        if ("registration_id" in body) == ("ticket" in body):
            raise ValidationError("registration_id 与 ticket 填一个", "registration_id")

    @validates_schema
    def _forced_in_only(self, body: dict[str, Any], **_: Any) -> None:
        if "forced" in body and body.get("direction") != "in":
            raise ValidationError("只有签到可以强制", "forced")


class UploadedScan(ScanBody):
    """A scan that an offline desk took; it says when."""

    at = Moment(required=True)


class BatchBody(Schema):
    """What an offline desk collected; each scan is read by itself, as `UploadedScan`."""

    gate = fields.String(validate=GATE)
    scans = fields.List(
        fields.Raw(allow_none=True), required=True,
        validate=validate.Length(min=1, max=MOST_AT_ONCE, error="1 到 500 条"),
    )


class ScanAnswer(Schema):
    """What the desk shows; `overridden` are the codes of what a forced check-in overrode."""

    registration_id = fields.String()
    direction = fields.String()
    at = fields.String()
    persons = fields.Integer()
    late = fields.Boolean()
    overridden = fields.List(fields.String())
    since = fields.String(metadata={"description": "in a conflict: inside since"})


class ResultAnswer(Schema):
    """What became of one uploaded scan."""

    nonce = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(
        ["accepted", "repeated", "conflict", "refused"]
    ))
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    answer = fields.Nested(ScanAnswer)


class BatchAnswer(Schema):
    """In the order of the scans."""

    results = fields.List(fields.Nested(ResultAnswer))


class ConflictAnswer(Schema):
    """A double admission: let in offline at `at` although inside `since`."""

    nonce = fields.String(attribute="scan.nonce")
    registration_id = fields.String(attribute="scan.registration_id")
    at = fields.AwareDateTime(attribute="scan.at")
    gate = fields.String(attribute="scan.gate", allow_none=True)
    since = fields.AwareDateTime()
    first_gate = fields.String(allow_none=True)


class ConflictsAnswer(Schema):
    """In the order in which they happened."""

    conflicts = fields.List(fields.Nested(ConflictAnswer))


class CountsAnswer(Schema):
    """Persons: 应到, 已到, 在场."""

    expected = fields.Integer()
    came = fields.Integer()
    inside = fields.Integer()


class OfflineListAnswer(Schema):
    """Entries by the SHA-256 of their ticket, each sealed with a key made of that ticket."""

    session_id = fields.String()
    made_at = fields.String()
    starts_at = fields.String()
    ends_at = fields.String()
    opens_before = fields.Integer(metadata={"description": "seconds"})
    entries = fields.Dict(keys=fields.String(), values=fields.String())


class FindBody(Schema):
    """A term is needed: nobody reads the whole list."""

    class Meta:
        unknown = EXCLUDE

    term = fields.String(required=True, error_messages=REQUIRED,
                         validate=validate.Length(min=2, max=120, error="至少 2 个字符"))


class AttendeeAnswer(Schema):
    """A party that was found."""

    registration_id = fields.String()
    names = fields.List(fields.String())
    phone_ends = fields.List(fields.String())
    size = fields.Integer()
    attended = fields.Boolean()


class AttendeesAnswer(Schema):
    """At most 20."""

    attendees = fields.List(fields.Nested(AttendeeAnswer))


class ServedBody(Schema):
    """服务对象人次 as the organiser reports it (C-43)."""

    count = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000_000))
    method = fields.String(required=True, validate=SHORT)
    reported_by = fields.String(required=True, validate=REFERENCE)


class AudienceBody(Schema):
    """Who followed without being there."""

    online = fields.Integer(required=True, strict=True, validate=validate.Range(0, 100_000_000))
    source = fields.String(validate=SHORT, metadata={"description": "where the figure is from"})


class CloseBody(Schema):
    """The organiser's report at the end of a session."""

    served = fields.Nested(ServedBody)
    audience = fields.Nested(AudienceBody)


class CloseAnswer(Schema):
    """What is final."""

    session_id = fields.String()
    present = fields.Integer()
    absent = fields.Integer()
