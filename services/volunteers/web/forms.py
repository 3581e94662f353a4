"""Forms of requests and decisions as a browser sends them; local times, days of the session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from contracts.session import SessionRef
from kernel.clock import SHANGHAI, local_day
from kernel.pages.once import PageForm
from services.volunteers.domain.correction import Wanted
from services.volunteers.domain.ruling import LEVELS
from services.volunteers.domain.spans import Span
from services.volunteers.schemas.clock import ClockTime
from services.volunteers.schemas.corrections import EVIDENCE, MINUTES, REFERENCE, TEXT

NEEDED: dict[str, Any] = {"required": "必填"}
CHOOSE: dict[str, Any] = {"required": "请选择"}
NUMBER: dict[str, Any] = {"invalid": "请填整数"}


class ServedForm(PageForm):
    """How long somebody served: from and to, or minutes alone."""

    start = ClockTime()
    end = ClockTime()
    minutes = fields.Integer(validate=MINUTES, error_messages=NUMBER)
    reason = fields.String(required=True, validate=TEXT, error_messages=NEEDED)
    evidence = fields.String(load_default="", validate=EVIDENCE)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _one_way(self, _form: Any, typed: Mapping[str, Any], **_: Any) -> None:
        ends = {"start", "end"} & typed.keys()
        if len(ends) == 1:
            raise ValidationError("开始和结束要一起填", "end" if "start" in ends else "start")
        if ("minutes" in typed) == bool(ends):
            raise ValidationError("请填开始和结束，或者只填分钟数", "minutes" if ends else "start")


class RequestForm(ServedForm):
    """A request for a correction of an entry, or for a missing record of a session."""

    entry = fields.String(validate=REFERENCE)
    session = fields.String(validate=REFERENCE)
    session_id = fields.String(validate=REFERENCE)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _says_what(self, _form: Any, typed: Mapping[str, Any], **_: Any) -> None:
        if not {"entry", "session", "session_id"} & typed.keys():
            raise ValidationError("请选择场次", "session")

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _has_evidence(self, _form: Any, typed: Mapping[str, Any], **_: Any) -> None:
        if "entry" not in typed and "evidence" not in typed:
            raise ValidationError("补录须附佐证", "evidence")


class ConfirmForm(ServedForm):
    """The organiser's word on a held stay, with evidence (C-05)."""

    evidence = fields.String(required=True, validate=EVIDENCE, error_messages=NEEDED)


class DecideForm(PageForm):
    """Approved or refused, and why; minutes grant less than was asked."""

    action = fields.String(required=True, validate=validate.OneOf(["approved", "refused"]),
                           error_messages=CHOOSE)
    minutes = fields.Integer(validate=MINUTES, error_messages=NUMBER)
    reason = fields.String(required=True, validate=TEXT, error_messages=NEEDED)

    @validates_schema(skip_on_field_errors=True)
    def _fits(self, form: Mapping[str, Any], **_: Any) -> None:
        if "minutes" in form and form["action"] == "refused":
            raise ValidationError("驳回时不填分钟数", "minutes")


class DayForm(PageForm):
    """A day over its limit is approved, or the approval is taken back (C-09)."""

    action = fields.String(required=True, validate=validate.OneOf(["approve", "withdraw"]),
                           error_messages=CHOOSE)
    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))
    reason = fields.String(required=True, validate=TEXT, error_messages=NEEDED)


def wanted_of(values: Mapping[str, Any], session: SessionRef) -> Wanted:
    """The time that the form says, on the session's days; after midnight is the next day."""
    if "minutes" in values:
        return Wanted(minutes=values["minutes"])
    day = local_day(session.starts_at)
    start = datetime.combine(day, values["start"], SHANGHAI)
    if start < session.starts_at and start + timedelta(days=1) < session.ends_at:
        start += timedelta(days=1)
    end = datetime.combine(start.date(), values["end"], SHANGHAI)
    return Wanted(span=Span(start, end if end > start else end + timedelta(days=1)))
