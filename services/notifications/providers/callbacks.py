"""What the clouds bring to our doors: arrays of receipts and of replies, checked item by item.

One bad item never costs the others: the provider would bring all of them two or three times more
and then give up (N-12).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from services.notifications.domain.consent import Inbound

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


class AliyunReply(Item):
    """An item of SmsUp: somebody's SMS to us."""

    sequence_id = fields.String(required=True, validate=_ID)
    phone_number = fields.String(required=True, validate=validate.Length(1, 32))
    content = fields.String(required=True, validate=validate.Length(1, 1000))


class TencentReply(Item):
    """The callback of replies; it has no id of its own."""

    mobile = fields.String(required=True, validate=validate.Length(1, 32))
    text = fields.String(required=True, validate=validate.Length(1, 1000))
    time = fields.Raw(load_default="")


def aliyun_inbound(item: Mapping[str, Any]) -> Inbound:
    """A reply by Aliyun, already checked."""
    return Inbound(provider="aliyun", sequence_id=item["sequence_id"],
                   number=item["phone_number"], text=item["content"])


def tencent_inbound(item: Mapping[str, Any]) -> Inbound:
    """A reply by Tencent, already checked: the same number, words and time are the same reply."""
    said = f"{item['mobile']} {item['text']} {item['time']}"
    return Inbound(provider="tencent", number=item["mobile"], text=item["text"],
                   sequence_id=sha256(said.encode(errors="replace")).hexdigest()[:32])


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
    """Those that are as they are to be, and how many are not (half a surrogate pair, which can
    neither be kept nor told on, is not)."""
    good: list[Mapping[str, Any]] = []
    bad = 0
    for item in items:
        try:
            loaded = schema.load(item)
            json.dumps(loaded, ensure_ascii=False, default=str).encode()
            good.append(loaded)
        except (ValidationError, UnicodeEncodeError):
            bad += 1
    return good, bad
