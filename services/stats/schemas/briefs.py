"""Briefs as the doors take and give them."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from kernel.web.fields import Day
from services.stats.briefs import WORK_REPORT
from services.stats.schemas import WRONG_DAY, PeriodQuery, numbers

KEY = validate.Length(min=1, max=64)
REASON = validate.Length(min=2, max=500, error="请写 2 到 500 个字")
NEEDED: dict[str, Any] = {"required": "必填"}
DECISIONS = validate.OneOf(["published", "refused"], error="应为其中之一：published、refused")
MOST = 1_000_000_000


class BriefQuery(PeriodQuery):
    """`template` is the kind of brief; without `from`, the period begins with the year."""

    template = fields.String(load_default=WORK_REPORT, validate=KEY)


class SentenceAnswer(Schema):
    """`text` is null when a figure is missing or suppressed; `fixed_minutes` asks for a review."""

    programme = fields.String(allow_none=True)
    wing = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    figures = numbers()
    missing = fields.List(fields.String())
    suppressed = fields.List(fields.String())
    left_out = fields.List(fields.String(), attribute="partial", data_key="partial")
    fixed_minutes = fields.Integer(allow_none=True)


class BriefAnswer(Schema):
    """The sentences in the order of the report."""

    as_of = fields.Date()
    since = fields.Date(data_key="from")
    sentences = fields.List(fields.Nested(SentenceAnswer))


class DraftBody(Schema):
    """A brief to be signed; without `from`, from the first day of the year."""

    template = fields.String(load_default=WORK_REPORT, validate=KEY)
    since = Day(load_default=None, data_key="from", error_messages=WRONG_DAY)
    as_of = Day(required=True, error_messages={**WRONG_DAY, **NEEDED})


class DraftedAnswer(Schema):
    """What waits for a signature now."""

    draft_id = fields.String()


class DecisionBody(Schema):
    """Other eyes' word; a refusal says why."""

    decision = fields.String(required=True, validate=DECISIONS, error_messages=NEEDED)
    remark = fields.String(load_default="", validate=validate.Length(max=500))


class DecisionAnswer(Schema):
    """`serial` is the edition that was published."""

    decision = fields.String()
    serial = fields.Integer()


class RevisionBody(Schema):
    """Why the brief is revised."""

    reason = fields.String(required=True, validate=REASON, error_messages=NEEDED)


class DifferenceAnswer(Schema):
    """A figure of a sentence (from 1), before and after."""

    sentence = fields.Integer()
    about = fields.String()
    figure = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    text_before = fields.String(allow_none=True)
    text_after = fields.String(allow_none=True)


class PositionAnswer(Schema):
    """Exactly which facts the figures are of."""

    epoch = fields.String()
    version = fields.Integer()
    facts = fields.Integer()
    told_at = fields.AwareDateTime(allow_none=True)


class TemplateAnswer(Schema):
    """The words of a sentence, its figures in braces."""

    text = fields.String()
    programme = fields.String(allow_none=True)
    wing = fields.String(allow_none=True)
    optional = fields.Boolean()


class ContentAnswer(BriefAnswer):
    """What was frozen: the query, the words and what became of them."""

    template = fields.String(attribute="kind")
    title = fields.String()
    templates = fields.List(fields.Nested(TemplateAnswer))
    position = fields.Nested(PositionAnswer)


class DraftAnswer(Schema):
    """A draft; `brief` is the number of the brief that it revises."""

    draft_id = fields.String(attribute="id")
    content = fields.Nested(ContentAnswer)
    maker = fields.String(attribute="maker.actor")
    made_at = fields.AwareDateTime()
    brief = fields.Integer(allow_none=True)
    edition = fields.Integer()
    reason = fields.String()
    differences = fields.List(fields.Nested(DifferenceAnswer))


class HeadAnswer(Schema):
    """An edition in a list."""

    serial = fields.Integer()
    brief = fields.Integer()
    edition = fields.Integer()
    title = fields.String(attribute="content.title")
    template = fields.String(attribute="content.kind")
    since = fields.Date(attribute="content.since", data_key="from")
    as_of = fields.Date(attribute="content.as_of")
    signer = fields.String()
    signed_at = fields.AwareDateTime()
    hash = fields.String()


class EditionAnswer(HeadAnswer):
    """An edition whole; `altered` when a byte is not the one that was signed; `newer` is the serial
    of the latest edition where this is not it. `signed` is what the hash covers, byte for byte."""

    content = fields.Nested(ContentAnswer)
    maker = fields.String()
    made_at = fields.AwareDateTime()
    reason = fields.String()
    differences = fields.List(fields.Nested(DifferenceAnswer))
    previous = fields.String()
    altered = fields.Boolean()
    newer = fields.Integer(allow_none=True)
    signed = fields.String()


class ShelfQuery(Schema):
    """A page of the list, from 1."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class ShelfAnswer(Schema):
    """Editions, newest first."""

    items = fields.List(fields.Nested(HeadAnswer))
    page = fields.Integer()
    more = fields.Boolean()
