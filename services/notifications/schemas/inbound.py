"""Replies as providers bring them, and what staff see of them."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from kernel.web.fields import Phone


class InboundQuery(Schema):
    """The provider's own id of a reply; the same when it brings it again."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(1, 64))


class NumberBody(Schema):
    """A telephone number to look up."""

    phone = Phone(required=True)


class WishAnswer(Schema):
    """What was last said for a number: `out` while it opted out; `ref` is a piece of its keyed
    hash, `confirmation` the state of the message that confirms it (null where there is none)."""

    ref = fields.String()
    out = fields.Boolean()
    source = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)
    confirmation = fields.String(allow_none=True)
    confirmation_id = fields.String(allow_none=True)
