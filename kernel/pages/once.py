"""The key of a form that a browser sends: sent again it is the same order, changed another."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from kernel.answers import Once

PREFIX = "page:"


class PageForm(Schema):
    """A form; `key` is new each time it is shown, so that sent twice it acts once."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(required=True, validate=validate.Length(min=8, max=64),
                        error_messages={"required": "表单已过期，请重新提交"})


def once_of_typed(page: str, typed: Mapping[str, Any]) -> Once:
    """Of a `PageForm` as it was typed: the same form sent again is the same order; changed, it is
    another one."""
    return once_of_form(page, str(typed.get("key"))[:64], content=sorted(typed.items()))


def once_of_form(*names: str, content: object) -> Once:
    """`names` say which form it is, with the key it was drawn with; `content` is what was typed."""
    fingerprint = sha256(repr(content).encode()).hexdigest()
    return Once(key=PREFIX + ":".join((*names, fingerprint[:32])), fingerprint=fingerprint)
