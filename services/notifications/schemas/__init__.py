"""Queries accepted and answers given at the doors of the notifications service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from services.notifications.domain.message import ORDER, SHOWN


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


class KannelReceipt(Schema):
    """What Kannel calls back with: our attempt and its type of receipt."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(1, 64))
    type = fields.Integer(required=True)
