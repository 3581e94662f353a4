"""What is kept how long, and what the job did (C-31)."""

from __future__ import annotations

from marshmallow import Schema, fields


class RetentionClass(Schema):
    """A class of data; `kept_days` is null for what only the person deletes."""

    key = fields.String()
    kept_days = fields.Integer(allow_none=True)
    what = fields.String()


class RetentionRun(Schema):
    """How many of each class were forgotten."""

    at = fields.AwareDateTime()
    forgotten = fields.Dict(keys=fields.String(), values=fields.Integer())


class RetentionAnswer(Schema):
    """The classes, and the latest runs that forgot something."""

    classes = fields.List(fields.Nested(RetentionClass))
    runs = fields.List(fields.Nested(RetentionRun))
