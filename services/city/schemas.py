"""What the doors for other systems are asked and how they answer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Range

from kernel.web.fields import Moment

LARGEST_POSITION = 2**53 - 1  # every client can count so far


class FeedQuery(Schema):
    """Where to begin (`after` a position or `from` a moment, otherwise at the oldest that is kept),
    which facts, how many at once, and for how many seconds to wait when there are none."""

    after = fields.Integer(load_default=None, validate=Range(0, LARGEST_POSITION))
    since = Moment(load_default=None, data_key="from")
    facts = fields.String(load_default="")
    limit = fields.Integer(load_default=100, validate=Range(1, 1_000))
    wait = fields.Integer(load_default=0, validate=Range(0, 30))

    @validates_schema
    def begins_once(self, query: dict[str, Any], **_: Any) -> None:
        """Either a position or a moment."""
        if query["after"] is not None and query["since"] is not None:
            raise ValidationError({"from": ["either after or from, not both"]})


class FedFact(Schema):
    """A fact with its position; `fact` is the CloudEvent exactly as it was published."""

    position = fields.Integer()
    fact = fields.Dict()


class FeedAnswer(Schema):
    """`next` is what to send as `after`; `more` when more may follow, so ask again at once."""

    facts = fields.List(fields.Nested(FedFact))
    next = fields.Integer()
    more = fields.Boolean()


class HeadAnswer(Schema):
    """The oldest position that is kept, and the latest."""

    first = fields.Integer()
    last = fields.Integer()
