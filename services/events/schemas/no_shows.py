"""Absences (缺席): reasons, appeals and decisions, and what staff see of them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.events.schemas.desk import REASON


class ReasonBody(Schema):
    """Why an absence is taken back."""

    reason = fields.String(required=True, validate=REASON)


class AppealBody(Schema):
    """What the person has to say."""

    text = fields.String(
        required=True, validate=validate.Length(min=2, max=500, error="2 到 500 个字")
    )


class AppealDecisionBody(Schema):
    """What a person of the department decides on an appeal."""

    decision = fields.String(required=True, validate=validate.OneOf(["upheld", "excused"]))
    reason = fields.String(required=True, validate=REASON)


class NoShowChanged(Schema):
    """Where the absence stands now."""

    id = fields.String()
    state = fields.String(validate=validate.OneOf(["counted", "appealed", "upheld", "excused"]))


class NoShowAnswer(NoShowChanged):
    """One absence; `text` is the open appeal or the last reason, where the caller may read it."""

    id = fields.String(attribute="no_show.no_show_id")
    state = fields.String(attribute="no_show.state")
    session_id = fields.String(attribute="no_show.session_id")
    registration_id = fields.String(attribute="no_show.registration_id")
    ended_at = fields.AwareDateTime(attribute="no_show.ended_at")
    recorded_at = fields.AwareDateTime(attribute="no_show.recorded_at")
    text = fields.String(allow_none=True)


class NoShowsAnswer(Schema):
    """Of one person, earliest first; `paused_until` is null for who may sign up."""

    person_ref = fields.String()
    paused_until = fields.AwareDateTime(allow_none=True)
    no_shows = fields.List(fields.Nested(NoShowAnswer))
