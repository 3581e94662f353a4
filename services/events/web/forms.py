"""The sign-up form as a browser sends it: flat fields like `party.0.guardian.phone`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from kernel.answers import Once
from kernel.pages.once import PREFIX, once_of_form
from kernel.web.fields import Pattern
from services.events.schemas.signup import PartyMember

PERSON_FIELD = re.compile(
    r"party\.(\d{1,2})\.(name|phone|birth_date|seat|guardian\.(?:name|phone|first))"
)
KNOWN_FIELD = re.compile(r"known\.(\w{1,64})")
SESSION_FIELD = re.compile(r"session\.(\w{1,64})")
ALL = "*"
CALLED = {
    "": "", "name": "姓名", "phone": "手机号", "birth_date": "出生日期", "seat": "席位",
    "guardian": "监护人", "guardian.name": "监护人姓名", "guardian.phone": "监护人手机号",
}
Row = dict[str, str]


def rows_of(typed: Mapping[str, Any]) -> list[Row]:
    """The persons as typed, in order, without the lines that were left empty; at least one."""
    rows: dict[int, Row] = {}
    for name, value in typed.items():
        found = PERSON_FIELD.fullmatch(name)
        if found and value:
            rows.setdefault(int(found[1]), {})[found[2]] = value
    filled = {number: row for number, row in rows.items() if row.keys() - {"seat"}}
    return [(filled or rows)[number] for number in sorted(filled or rows)] or [{}]


def sessions_of(typed: Mapping[str, Any]) -> list[str]:
    """The sessions that were ticked; `*` alone stands for all that are open."""
    if typed.get("all"):
        return [ALL]
    ticked = [found[1] for name in typed if (found := SESSION_FIELD.fullmatch(name))]
    return [typed["session"], *ticked] if typed.get("session") else ticked


def known_of(typed: Mapping[str, Any]) -> list[str]:
    """The people of the account who were ticked."""
    return [found[1] for name in typed if (found := KNOWN_FIELD.fullmatch(name))]


def labels(rows: int) -> dict[str, str]:
    """How the summary of faults calls each field."""
    called = {"session": "场次", "party": "报名"}
    for number in range(rows):
        for field, name in CALLED.items():
            called[f"party.{number}.{field}".rstrip(".")] = f"第 {number + 1} 位{name}"
    return called


class SignUpForm(Schema):
    """A party for one session or several; `key` is new for each form that was shown."""

    class Meta:
        unknown = EXCLUDE

    session = fields.List(fields.String(), required=True,
                          error_messages={"required": "请选择场次"})
    key = fields.String(required=True, validate=Pattern(r"[A-Za-z0-9_-]{8,64}"))
    party = fields.List(PartyMember(), required=True)

    @pre_load
    def _gather(self, typed: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        rows, known = rows_of(typed), known_of(typed)
        if known and not any(row.keys() - {"seat"} for row in rows):
            rows = []
        party = [_person(row, rows[0]) for row in rows]
        party += [{"person_ref": ref, "seat": typed.get(f"known_seat.{ref}", "")} for ref in known]
        gathered: dict[str, Any] = {"party": party}
        if sessions := sessions_of(typed):
            gathered["session"] = sessions
        return gathered | ({"key": typed["key"]} if "key" in typed else {})


def _person(row: Row, first: Row) -> dict[str, Any]:
    """The row as the door's body has it; the first of the party may be named as the guardian."""
    person: dict[str, Any] = {
        name: value for name, value in row.items() if not name.startswith("guardian.")
    }
    guardian = {name: row[f"guardian.{name}"] for name in ("name", "phone")
                if f"guardian.{name}" in row}
    if row.get("guardian.first"):
        guardian = {name: first[name] for name in ("name", "phone") if name in first}
    return person | ({"guardian": guardian} if guardian else {})


class CodeForm(Schema):
    """A code that came by SMS."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(load_default="", validate=validate.Length(max=40))


class DecisionForm(Schema):
    """A guardian's word."""

    class Meta:
        unknown = EXCLUDE

    decision = fields.String(
        required=True, validate=validate.OneOf(["given", "refused", "withdrawn"])
    )


class NoFields(Schema):
    """A form that is only a button."""

    class Meta:
        unknown = EXCLUDE


def once_of(values: Mapping[str, Any]) -> Once:
    """The same form sent again is the same order; changed, it is another one."""
    return once_of_form(values["key"], content=(values["session"], values["party"]))


def once_of_token(token: str) -> Once:
    """The key of a form that was sent, from what its page of dates is called by."""
    return Once(key=f"{PREFIX}{token}", fingerprint="")


def token_of(once: Once) -> str:
    """What the page of dates is called by: whoever sent the form can find it again."""
    return once.key.removeprefix(PREFIX)
