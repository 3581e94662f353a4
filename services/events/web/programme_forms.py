"""The forms of the staff's programme pages; each field is named `<form>.<field>` on its page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, pre_load, validate

from kernel.answers import Once
from kernel.pages.once import PageForm, once_of_form
from kernel.web.fields import PSEUDONYM, Day
from services.events.schemas.fields import REFERENCE, REQUIRED, SHORT, STREET
from services.events.schemas.programmes import SlotsBody
from services.events.schemas.records import EVIDENCE, STATES, THING

CHOOSE: dict[str, Any] = {"required": "请选择"}
DAY: dict[str, Any] = {**REQUIRED, "invalid": "请填写日期，例如 2026-10-05"}
UNIT = validate.Length(max=20, error="最多 20 个字")
_GOOD = re.compile(r"(?P<name>.*?)\s*(?:[×xX*]\s*)?(?P<quantity>\d{1,5})?")


class OneOfSeveral(PageForm):
    """A form of a page that has several, each with its `prefix`."""

    prefix: ClassVar[str]

    @pre_load
    def _own_fields(self, typed: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        start = f"{self.prefix}."
        return {
            name.removeprefix(start): value for name, value in typed.items()
            if name.startswith(start)
        }


class RedeemForm(OneOfSeveral):
    """A benefit taken just now at a window."""

    prefix = "redeem"
    window = fields.String(required=True, validate=REFERENCE, error_messages=CHOOSE)
    person_ref = fields.String(required=True, validate=REFERENCE, error_messages=REQUIRED)
    street = fields.String(validate=STREET)


class GrantForm(OneOfSeveral):
    """Somebody is entitled."""

    prefix = "grant"
    person_ref = fields.String(required=True, validate=PSEUDONYM, error_messages=REQUIRED)
    occupation = fields.String(required=True, validate=REFERENCE, error_messages=CHOOSE)
    valid_until = Day(error_messages=DAY)
    by = fields.String(validate=REFERENCE)


class RevokeForm(OneOfSeveral):
    """An entitlement ends; the form is only a button."""

    prefix = "revoke"


class ItemForm(OneOfSeveral):
    """A new item of a work list."""

    prefix = "item"
    item = fields.String(required=True, validate=SHORT, error_messages=REQUIRED)
    category = fields.String(required=True, validate=SHORT, error_messages=REQUIRED)
    owner = fields.String(validate=UNIT, required=True, error_messages=REQUIRED)
    due_on = Day(load_default=None, error_messages=DAY)
    by = fields.String(validate=REFERENCE)


class StateForm(OneOfSeveral):
    """An item done with evidence, or open again with a reason."""

    prefix = "state"
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    evidence = fields.String(validate=EVIDENCE)
    reason = fields.String(validate=EVIDENCE)
    by = fields.String(validate=REFERENCE)


class GoodsLines(fields.String):
    """One kind of goods on each line, with how many at its end: `大米 2`."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        lines = [line.strip() for line in str(value).splitlines() if line.strip()]
        if len(lines) > 30:
            raise ValidationError("最多 30 种")
        return [_good(line) for line in lines]


class VisitForm(OneOfSeveral):
    """A household that was visited."""

    prefix = "visit"
    household_ref = fields.String(required=True, validate=PSEUDONYM, error_messages=REQUIRED)
    street = fields.String(required=True, validate=STREET, error_messages=CHOOSE)
    day = Day(required=True, error_messages=DAY)
    goods = GoodsLines()
    visited_by = fields.String(validate=REFERENCE)


class SlotsForm(OneOfSeveral, SlotsBody):
    """Which days of a station to plan."""

    prefix = "slots"

    station = fields.String(required=True, validate=REFERENCE, error_messages=CHOOSE)
    first_day = Day(required=True, error_messages=DAY)
    last_day = Day(required=True, error_messages=DAY)


def once_of(prefix: str, address: str, values: dict[str, Any]) -> Once:
    """The same form sent again is the same order; changed, it is another one. Takes `key` out."""
    key = values.pop("key")
    typed = sorted(values.items(), key=lambda item: item[0])
    return once_of_form(prefix, key, content=(prefix, address, typed))


def _good(line: str) -> dict[str, Any]:
    found = _GOOD.fullmatch(line)
    assert found is not None  # every line is a name, perhaps with a number behind
    name = found["name"] or line
    THING(name)
    quantity = int(found["quantity"] or 1) if found["name"] else 1
    if not 1 <= quantity <= 10_000:
        raise ValidationError(f"{name}：数量应为 1 到 10000")
    return {"name": name, "quantity": quantity}
