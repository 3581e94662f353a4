"""Bodies accepted and answers given at the doors of broadcasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from services.notifications.domain.audience import GROUPS
from services.notifications.domain.broadcast import CHOICES
from services.notifications.usecases.broadcasting import Order

KINDS = ("notice", "marketing")
REFERENCE = validate.Length(1, 64)
WORDS = validate.Length(1, 480)
CHOICE = validate.OneOf(list(CHOICES))
REASON = validate.Length(1, 300)


class BroadcastBody(Schema):
    """What is to be said to whom. `text` may hold {活动}, {时间} and {地点}; of a confidential
    activity only a `choice` of sentences may be said."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    activity_id = fields.String(required=True, validate=REFERENCE)
    session_id = fields.String(load_default=None, validate=REFERENCE)
    groups = fields.List(fields.String(validate=validate.OneOf(GROUPS)), required=True,
                         validate=validate.Length(1, len(GROUPS)))
    text = fields.String(load_default="", validate=WORDS)
    choice = fields.String(load_default=None, validate=CHOICE)


class ReasonBody(Schema):
    """Why."""

    reason = fields.String(required=True, validate=REASON)


class PageQuery(Schema):
    """Which page of a list, from 1."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class ExampleAnswer(Schema):
    """A text as it would arrive, and how many people would get it."""

    text = fields.String()
    segments = fields.Integer()
    people = fields.Integer()


class TrialAnswer(Schema):
    """Whom a broadcast would reach now; `segments` are those of all its messages (the cost)."""

    signups = fields.Integer()
    people = fields.Integer()
    no_number = fields.Integer()
    opted_out = fields.Integer()
    no_consent = fields.Integer()
    same_number = fields.Integer()
    reached = fields.Integer()
    segments = fields.Integer()
    examples = fields.List(fields.Nested(ExampleAnswer))


class BroadcastMade(Schema):
    """A broadcast by its id, and how it stands."""

    broadcast_id = fields.String()
    state = fields.String()
    expires_at = fields.String()


class DecisionAnswer(Schema):
    """Who decided when, and why."""

    by = fields.String(attribute="by.actor")
    at = fields.AwareDateTime()
    reason = fields.String()


class BroadcastAnswer(Schema):
    """A broadcast with what became of its messages, by state; `shown` is its state in words."""

    broadcast_id = fields.String(attribute="broadcast.broadcast_id")
    kind = fields.String(attribute="broadcast.kind")
    activity_id = fields.String(attribute="broadcast.activity_id")
    session_id = fields.String(attribute="broadcast.session_id", allow_none=True)
    groups = fields.List(fields.String(), attribute="broadcast.groups")
    text = fields.String(attribute="broadcast.words")
    choice = fields.String(attribute="broadcast.choice", allow_none=True)
    confidential = fields.Boolean(attribute="broadcast.confidential")
    state = fields.String(attribute="standing")
    shown = fields.String()
    made_by = fields.String(attribute="broadcast.made_by.actor")
    made_at = fields.AwareDateTime(attribute="broadcast.made_at")
    expires_at = fields.AwareDateTime(attribute="broadcast.expires_at")
    decided = fields.Nested(DecisionAnswer, attribute="broadcast.decided", allow_none=True)
    stopped = fields.Nested(DecisionAnswer, attribute="broadcast.stopped", allow_none=True)
    messages = fields.Dict(keys=fields.String(), values=fields.Integer())


class BroadcastsAnswer(Schema):
    """A page of broadcasts."""

    broadcasts = fields.List(fields.Nested(BroadcastAnswer))
    page = fields.Integer()
    more = fields.Boolean()


def order_of(body: Mapping[str, Any]) -> Order:
    """The body as use cases take it; a group named twice is one."""
    return Order(**{**body, "groups": tuple(dict.fromkeys(body["groups"]))})
