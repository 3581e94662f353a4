"""The sign-up form as a browser sends it: flat fields `party.0.name`, `party.0.phone`, …"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from kernel.answers import Once
from services.events.schemas.signup import PersonBody

PERSON_FIELD = re.compile(r"party\.(\d{1,2})\.(name|phone)")


def rows_of(typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The persons as typed, in order, without the lines that were left empty; at least one."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        found = PERSON_FIELD.fullmatch(name)
        if found and value:
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return [rows[number] for number in sorted(rows)] or [{}]


def labels(rows: int) -> dict[str, str]:
    """How the summary of faults calls each field."""
    called = {"session": "场次", "party": "报名"}
    for number in range(rows):
        called[f"party.{number}"] = f"第 {number + 1} 位"
        called[f"party.{number}.name"] = f"第 {number + 1} 位姓名"
        called[f"party.{number}.phone"] = f"第 {number + 1} 位手机号"
    return called


class SignUpForm(Schema):
    """A party for one session; `key` is new for each form that was shown."""

    class Meta:
        unknown = EXCLUDE

    session = fields.String(required=True, error_messages={"required": "请选择场次"})
    key = fields.String(required=True, validate=validate.Length(min=8, max=64))
    party = fields.List(fields.Nested(PersonBody), required=True)

    @pre_load
    def _gather(self, typed: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        gathered = {name: typed[name] for name in ("session", "key") if name in typed}
        return {**gathered, "party": rows_of(typed)}


class NoFields(Schema):
    """A form that is only a button."""

    class Meta:
        unknown = EXCLUDE


def once_of(values: Mapping[str, Any]) -> Once:
    """The same form sent again is the same order; changed, it is another one."""
    content = repr((values["session"], values["party"]))
    fingerprint = sha256(content.encode()).hexdigest()
    return Once(key=f"page:{values['key']}:{fingerprint[:32]}", fingerprint=fingerprint)
