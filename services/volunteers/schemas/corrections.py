"""Requests, decisions and confirmations at the doors, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from kernel.web.fields import PSEUDONYM, Moment, Pattern
from services.volunteers.domain.correction import Kind, State, Wanted
from services.volunteers.domain.ruling import LEVELS
from services.volunteers.domain.spans import Span

REFERENCE = validate.Length(min=1, max=64, error="1 到 64 个字符")
# what stands in the ledger or beside it for ever names nobody by telephone or document (C-30)
NO_NUMBERS = Pattern(
    r"(?![\s\S]*(?<!\d)1[3-9]\d{9}(?!\d))(?![\s\S]*(?<!\d)\d{17}[\dXx])[\s\S]*",
    error="不要写手机号或证件号",
)
TEXT = (validate.Length(min=2, max=200, error="2 到 200 个字"), NO_NUMBERS)
EVIDENCE = (validate.Length(min=1, max=200, error="1 到 200 个字"), NO_NUMBERS)
MINUTES = validate.Range(min=0, max=1440, error="0 到 1440 之间的整数")


class WantedBody(Schema):
    """What is to stand for the whole session: `from` and `to`, or `minutes`."""

    start = Moment(data_key="from")
    end = Moment(data_key="to")
    minutes = fields.Integer(strict=True, validate=MINUTES)

    @validates_schema
    def _one_way(self, wanted: Mapping[str, Any], **_: Any) -> None:
        ends = {"start", "end"} & wanted.keys()
        if ("minutes" in wanted) == bool(ends):
            raise ValidationError("give either from and to, or minutes")
        if ends and len(ends) < 2:
            raise ValidationError("from and to go together", "to" if "start" in ends else "from")
        if ends and wanted["start"] >= wanted["end"]:
            raise ValidationError("to is not after from", "to")

    @post_load
    def _made(self, wanted: Mapping[str, Any], **_: Any) -> Wanted:
        span = Span(wanted["start"], wanted["end"]) if "start" in wanted else None
        return Wanted(span=span, minutes=wanted.get("minutes"))


class CorrectionBody(Schema):
    """A request: a `correction` names its entry, a `missing` record has evidence (C-18, C-20)."""

    person_ref = fields.String(required=True, validate=PSEUDONYM)
    session_id = fields.String(required=True, validate=REFERENCE)
    kind = fields.String(required=True, validate=validate.OneOf(get_args(Kind)))
    entry_id = fields.String(validate=REFERENCE)
    wanted = fields.Nested(WantedBody, required=True)
    reason = fields.String(required=True, validate=TEXT)
    evidence = fields.String(load_default="", validate=EVIDENCE)

    @validates_schema
    def _fits(self, body: Mapping[str, Any], **_: Any) -> None:
        is_correction = body["kind"] == "correction"
        if is_correction and "entry_id" not in body:
            raise ValidationError("a correction names the entry", "entry_id")
        if not is_correction and "entry_id" in body:
            raise ValidationError("a missing record has no entry", "entry_id")


class DecisionBody(Schema):
    """Approved or not, and why; `minutes` grants less than was asked."""

    approve = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=TEXT)
    minutes = fields.Integer(strict=True, validate=MINUTES)

    @validates_schema
    def _fits(self, body: Mapping[str, Any], **_: Any) -> None:
        if "minutes" in body and not body["approve"]:
            raise ValidationError("minutes go with an approval only", "minutes")


class ConfirmationBody(WantedBody):
    """The organiser's word on one held stay: `from` and `to`, or `minutes` (C-05)."""

    evidence = fields.String(required=True, validate=EVIDENCE)
    reason = fields.String(required=True, validate=TEXT)

    @post_load
    def _made(self, wanted: Mapping[str, Any], **_: Any) -> Any:
        word = super()._made(wanted)
        return {"word": word, "evidence": wanted["evidence"], "reason": wanted["reason"]}


class DayApprovalBody(Schema):
    """A day over its limit, approved up to `level` or not any more (C-09)."""

    approve = fields.Boolean(load_default=True)
    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))
    reason = fields.String(required=True, validate=TEXT)


class CorrectionMade(Schema):
    """Where the request stands now."""

    correction_id = fields.String()
    state = fields.String(validate=validate.OneOf(get_args(State)))


class CorrectionDecidedAnswer(CorrectionMade):
    """With the minutes that count at the session now."""

    minutes = fields.Integer()


class ConfirmationAnswer(Schema):
    """The minutes that count at the session now."""

    entry_id = fields.String()
    minutes = fields.Integer()


class DayApprovalAnswer(Schema):
    """The minutes that count on the day now, and up to which level it is approved."""

    person_ref = fields.String()
    day = fields.String()
    level = fields.String(allow_none=True)
    minutes = fields.Integer()
