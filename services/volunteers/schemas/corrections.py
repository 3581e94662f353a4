"""Requests, decisions and confirmations at the doors, and the lists of what waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from kernel.web.fields import PSEUDONYM, Moment, Pattern
from services.volunteers.domain.correction import Kind, State, Wanted
from services.volunteers.domain.entry import Reason
from services.volunteers.domain.ruling import LEVELS
from services.volunteers.domain.spans import Span
from services.volunteers.domain.stays import Missing

REASONS: tuple[Reason, ...] = (*get_args(Missing), "over_daily_limit", "too_many_check_ins")
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


class PageQuery(Schema):
    """Lists come in pages from 1."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class CorrectionsQuery(PageQuery):
    """Of one state, those that wait without it; `overdue` ones should have been decided by now."""

    state = fields.String(load_default="pending", validate=validate.OneOf(get_args(State)))
    overdue = fields.Boolean(load_default=None)

    @validates_schema
    def _fits(self, query: Mapping[str, Any], **_: Any) -> None:
        if query["overdue"] and query["state"] != "pending":
            raise ValidationError("only what is pending can be overdue", "overdue")


class HeldQuery(PageQuery):
    """Of one level, or for one reason."""

    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))
    reason = fields.String(load_default=None, validate=validate.OneOf(REASONS))


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


class StandingAnswer(Schema):
    """A line of the ledger before or after."""

    entry_id = fields.String()
    minutes = fields.Integer()
    withheld = fields.Integer()
    basis = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)


class CorrectionAnswer(Schema):
    """A request with its deadline. Texts of confidential sessions stand in lists for caseworkers
    only; who acted for staff only."""

    correction_id = fields.String()
    kind = fields.String(validate=validate.OneOf(get_args(Kind)))
    state = fields.String(validate=validate.OneOf(get_args(State)))
    person_ref = fields.String()
    session_id = fields.String()
    entry_id = fields.String(allow_none=True)
    asked = fields.Integer(metadata={"description": "minutes asked for"})
    stood = fields.Integer(metadata={"description": "minutes that counted when it was made"})
    reason = fields.String(allow_none=True)
    evidence = fields.String(allow_none=True)
    before = fields.List(fields.Nested(StandingAnswer))
    after = fields.List(fields.Nested(StandingAnswer))
    granted = fields.Integer(allow_none=True, metadata={"description": "that count since"})
    decision = fields.String(allow_none=True, metadata={"description": "why"})
    made_at = fields.AwareDateTime()
    made_by = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String()
    due = fields.Date(allow_none=True)
    days_left = fields.Integer(allow_none=True)
    overdue = fields.Boolean()
    provisional = fields.Boolean()


class CorrectionsAnswer(Schema):
    """One page, oldest first."""

    corrections = fields.List(fields.Nested(CorrectionAnswer))
    page = fields.Integer()
    more = fields.Boolean()


class HeldAnswer(Schema):
    """One held line; `withheld` are minutes over the day's limit that wait for `level`."""

    entry_id = fields.String()
    person_ref = fields.String()
    session_id = fields.Function(lambda held: held.session.session_id)
    title = fields.Function(lambda held: held.session.title)
    starts_at = fields.Function(lambda held: held.session.starts_at.isoformat())
    ends_at = fields.Function(lambda held: held.session.ends_at.isoformat())
    checked_in_at = fields.AwareDateTime(attribute="stay.checked_in_at", allow_none=True)
    checked_out_at = fields.AwareDateTime(attribute="stay.checked_out_at", allow_none=True)
    reason = fields.String()
    level = fields.String(allow_none=True)
    withheld = fields.Integer()
    day = fields.String()
    since = fields.AwareDateTime()


class HeldsAnswer(Schema):
    """One page, what waits longest first."""

    held = fields.List(fields.Nested(HeldAnswer))
    page = fields.Integer()
    more = fields.Boolean()
