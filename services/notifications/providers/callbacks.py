"""What the clouds bring to our doors: arrays of receipts and of replies, checked item by item.

One bad item never costs the others: the provider would bring all of them two or three times more
and then give up (N-12).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

_ID = validate.Regexp(r"[\x21-\x7e]{1,128}\Z", error="1 to 128 printable characters of ASCII")
_WORDS = validate.Length(max=200)


class _Moment(fields.Field[datetime | None]):
    """`2026-09-01 12:00:05`, local; what cannot be read is left out, a receipt counts without."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime | None:
        try:
            return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
        except ValueError:
            return None


class Item(Schema):
    """One item of an array; fields that say nothing count as not there."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _said(self, item: Any, **_: Any) -> Any:
        if not isinstance(item, Mapping):
            return item
        return {name: value for name, value in item.items() if value not in (None, "")}


class AliyunReceipt(Item):
    """An item of SmsReport."""

    out_id = fields.String(required=True, validate=_ID)
    biz_id = fields.String(load_default=None, validate=_ID)
    success = fields.Boolean(required=True)
    err_code = fields.String(load_default="", validate=_WORDS)
    report_time = _Moment(load_default=None)


class TencentReceipt(Item):
    """An item of the callback of statuses."""

    sid = fields.String(required=True, validate=_ID)
    ext = fields.String(load_default=None, validate=_ID)
    report_status = fields.String(required=True, validate=validate.OneOf(["SUCCESS", "FAIL"]))
    errmsg = fields.String(load_default="", validate=_WORDS)
    user_receive_time = _Moment(load_default=None)


def items_in(raw: bytes) -> list[Any] | None:
    """The items of a JSON array, or one object as the only item; None for anything else."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(told, Mapping):
        return [told]
    return told if isinstance(told, list) else None


def checked(schema: Schema, items: Iterable[Any]) -> tuple[list[Mapping[str, Any]], int]:
    """Those that are as they are to be, and how many are not."""
    good: list[Mapping[str, Any]] = []
    bad = 0
    for item in items:
        try:
            good.append(schema.load(item))
        except ValidationError:
            bad += 1
    return good, bad
