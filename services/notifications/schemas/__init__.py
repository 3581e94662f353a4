"""Queries accepted and answers given at the doors of the notifications service."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

from marshmallow import EXCLUDE, Schema, fields, validate

from services.notifications.domain.balance import Part
from services.notifications.domain.message import ORDER, SHOWN, Purpose
from services.notifications.domain.operating import ACTIONS

PURPOSES: tuple[str, ...] = get_args(Purpose)


class MessageQuery(Schema):
    """Which messages the staff wants to see."""

    class Meta:
        unknown = EXCLUDE

    person_ref = fields.String(load_default=None, validate=validate.Length(1, 64))
    status = fields.String(load_default=None, validate=validate.OneOf(ORDER))


def _moment(name: str) -> fields.Function:
    def shown(document: dict[str, Any]) -> str | None:
        value: datetime | None = document.get(name)
        return value.isoformat() if value else None

    return fields.Function(shown)


class MessageAnswer(Schema):
    """One message; neither number nor text is shown. `shown` is the status in words (C-41)."""

    message_id = fields.String(attribute="_id")
    person_ref = fields.String()
    purpose = fields.String()
    status = fields.String(attribute="state")
    shown = fields.Function(lambda document: SHOWN[document["state"]])
    reason = fields.Function(lambda document: document.get("reason"))
    provider = fields.Function(lambda document: document.get("provider"))
    template = fields.String()
    segments = fields.Integer()
    tries = fields.Function(lambda document: document["tries"] + len(document["attempts"]))
    written_at = _moment("written_at")
    started_at = _moment("started_at")


PartsAnswer = Schema.from_dict(  # where accepted messages are by now
    {part: fields.Integer() for part in get_args(Part)}, name="PartsAnswer"
)


class BalanceAnswer(Schema):
    """The account of the last seven days (N-26). `astray`: not finished, and nobody looks again."""

    accepted = fields.Integer()
    parts = fields.Nested(PartsAnswer)
    astray = fields.Integer()
    is_sound = fields.Boolean()


class KannelReceipt(Schema):
    """What Kannel calls back with: our attempt and its type of receipt."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(1, 64))
    type = fields.Integer(required=True)


class ActBody(Schema):
    """What to do about a message, and why."""

    action = fields.String(required=True, validate=validate.OneOf(list(ACTIONS)))
    reason = fields.String(required=True, validate=validate.Length(1, 300))


class ActedAnswer(Schema):
    """How the message stands after it, and what the provider said, if it was asked."""

    message_id = fields.String()
    state = fields.String()
    outcome = fields.String()


class ActAnswer(Schema):
    """What somebody of the staff did, when and why."""

    action = fields.String()
    by = fields.String()
    at = fields.AwareDateTime()
    reason = fields.String()
    outcome = fields.String()


class SeenAnswer(Schema):
    """One message explained; `actions` are those that are safe now."""

    message_id = fields.String(attribute="message.message_id")
    person_ref = fields.String(attribute="message.person_ref")
    purpose = fields.String(attribute="message.purpose")
    status = fields.String(attribute="message.state")
    reason = fields.String(attribute="message.reason", allow_none=True)
    provider = fields.String(attribute="message.provider", allow_none=True)
    number = fields.String(allow_none=True)
    written_at = fields.AwareDateTime()
    deadline = fields.AwareDateTime(attribute="message.deadline")
    look_at = fields.AwareDateTime(attribute="message.look_at", allow_none=True)
    attempts = fields.Function(lambda seen: len(seen.message.attempts))
    why = fields.String(attribute="advice.why")
    what_to_do = fields.String(attribute="advice.do")
    actions = fields.List(fields.String())
    acts = fields.List(fields.Nested(ActAnswer))
