"""Bodies of what is recorded beside hours (C-03), and the whole record as it is answered."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from contracts.hours import hours
from kernel.web.fields import PSEUDONYM, Day
from services.volunteers.schemas import EntryAnswer
from services.volunteers.schemas.people import KEY, Text


class TrainingBody(Schema):
    """A training that somebody attended; its minutes are never service hours (C-03)."""

    title = Text(most=80, required=True)
    content = Text(load_default="", least=0)
    organiser = Text(most=80, required=True)
    held_on = Day(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(
        min=1, max=100_000, error="1 到 100000 分钟"))
    evidence = Text(required=True)


class HonourBody(Schema):
    """A distinction that somebody was given."""

    title = Text(most=80, required=True)
    granted_by = Text(most=80, required=True)
    granted_on = Day(required=True)
    evidence = Text(required=True)


class RatingBody(Schema):
    """An organiser's word on somebody's service at a session; `grade` is one of RATING_GRADES."""

    session_id = fields.String(required=True, validate=PSEUDONYM)
    grade = fields.String(required=True, validate=validate.Length(min=1, max=20))
    note = Text(load_default="", least=0)
    evidence = Text(load_default=None, allow_none=True)


class PaperBody(Schema):
    """What qualifications and insurances have in common."""

    title = Text(most=80, required=True)
    issued_by = Text(most=80, required=True)
    valid_from = Day(load_default=None, allow_none=True)
    valid_until = Day(load_default=None, allow_none=True)
    evidence = Text(required=True)

    @validates_schema
    def check_order(self, paper: dict[str, Any], **_: Any) -> None:
        first, last = paper.get("valid_from"), paper.get("valid_until")
        if first and last and first > last:
            raise ValidationError("早于生效日期", "valid_until")


class QualificationBody(PaperBody):
    """`key` is what a programme's posts ask for (`needs`)."""

    key = fields.String(required=True, validate=[KEY, validate.Length(max=40)])


class InsuranceBody(PaperBody):
    """`reference` is the policy's number at the insurer; it must say until when it holds."""

    reference = fields.String(required=True, validate=PSEUDONYM)
    valid_until = Day(required=True)


class EvidenceBody(Schema):
    """What was seen."""

    evidence = Text(required=True)


class RecordAnswer(Schema):
    """`verified` is null where nothing has to be verified."""

    record_id = fields.String()
    kind = fields.String()
    verified = fields.Boolean(allow_none=True)


class LineAnswer(Schema):
    """A line with who wrote it, when, on what evidence, and whether it was taken back."""

    record_id = fields.String(attribute="record.record_id")
    at = fields.AwareDateTime(attribute="record.at")
    by = fields.String(attribute="record.by")
    evidence = fields.String(attribute="record.evidence", allow_none=True)
    values = fields.Dict(attribute="record.values", keys=fields.String())
    withdrawn = fields.Function(lambda line: line.withdrawn is not None)


class PaperAnswer(LineAnswer):
    """A qualification or insurance; one that ran out is answered as expired, never left out."""

    record_id = fields.String(attribute="known.record.record_id")
    kind = fields.String(attribute="known.record.kind")
    at = fields.AwareDateTime(attribute="known.record.at")
    by = fields.String(attribute="known.record.by")
    evidence = fields.String(attribute="known.record.evidence", allow_none=True)
    values = fields.Dict(attribute="known.record.values", keys=fields.String())
    withdrawn = fields.Function(lambda paper: paper.known.withdrawn is not None)
    verified_by = fields.Function(
        lambda paper: paper.known.verified.by if paper.known.verified else None)
    standing = fields.String(validate=validate.OneOf(
        ["unverified", "valid", "expired", "uninsured", "withdrawn"]))


class BasicAnswer(Schema):
    """Order 67 Art. 5, numbers masked."""

    volunteer_no = fields.String()
    person_refs = fields.List(fields.String())
    registered_at = fields.AwareDateTime()
    state = fields.String()
    name = fields.String(allow_none=True)
    birth_date = fields.Date(allow_none=True)
    document_type = fields.String(allow_none=True)
    document_number = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    skills = fields.List(fields.String())


class WholeAnswer(Schema):
    """The record in the order of Order 67 Art. 5 to 9; minutes are exact, hours rounded once."""

    basic = fields.Nested(BasicAnswer)
    minutes = fields.Integer()
    hours = fields.Function(lambda record: hours(record.minutes))
    entries = fields.List(fields.Nested(EntryAnswer))
    training = fields.List(fields.Nested(LineAnswer))
    honours = fields.List(fields.Nested(LineAnswer))
    ratings = fields.List(fields.Nested(LineAnswer))
    papers = fields.List(fields.Nested(PaperAnswer))
