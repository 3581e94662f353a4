"""A roster (名单) as a sheet: columns by their headings, one person a row, parties by 同行组."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from kernel.sheets.headed import Heading, Row, Rows, day_as_typed
from kernel.web.problem import flat
from services.events.domain.person import Newcomer
from services.events.domain.roster import RosterParty
from services.events.schemas.signup import PersonBody

COLUMNS: Mapping[str, str] = {
    "姓名": "name", "手机号": "phone", "出生日期": "birth_date", "监护人姓名": "guardian.name",
    "监护人手机号": "guardian.phone", "同行组": "group", "席位": "seat",
}
HEADING = Heading(columns=COLUMNS, needed=("姓名", "手机号"), what="名单", item="人")
_HEADINGS = {field: heading for heading, field in COLUMNS.items()}
_MANGLED = re.compile(r"\d([.,]\d+)?\s*e\s*\+?\s*\d+", re.IGNORECASE)
_PERSON = PersonBody()


class RosterQuery(Schema):
    """`skip_refused=1` keeps who can be signed up; `dry_run=1` only says what would happen."""

    skip_refused = fields.Boolean(load_default=False)
    dry_run = fields.Boolean(load_default=False)


class RosterEntry(Schema):
    """What became of one party: a registration, or why not; `rows` as the sheet counts them."""

    rows = fields.List(fields.Integer())
    registration_id = fields.String()
    status = fields.String()
    position = fields.Integer()
    code = fields.String()
    reason = fields.String()


class RosterAnswer(Schema):
    """How many rows and parties there were, who was signed up and who was refused."""

    session_id = fields.String()
    rows = fields.Integer()
    parties = fields.Integer()
    dry_run = fields.Boolean()
    registered = fields.List(fields.Nested(RosterEntry))
    refused = fields.List(fields.Nested(RosterEntry))


def parties_of(rows: Rows) -> list[RosterParty]:
    """The parties of a sheet, in the order of their first rows.

    Raises ValidationError with every fault at once, as `row.17.手机号` or `columns`, and Unreadable
    for a sheet that is too large or holds nobody.
    """
    people: list[tuple[Row, Newcomer]] = []
    errors: dict[str, list[str]] = {}
    for row in HEADING.rows(rows):
        if row.is_wider:
            errors[f"row.{row.number}"] = ["有一格在表头之外"]
        try:
            people.append((row, _newcomer(_fields(row))))
        except ValidationError as fault:
            errors |= _faults(row.number, fault)
    errors |= _repeated(people)
    if errors:
        raise ValidationError(errors)
    return list(_grouped(people))


def _fields(row: Row) -> dict[str, str]:
    return {COLUMNS[heading]: cell for heading, cell in row.cells.items()}


def _newcomer(cells: Mapping[str, str]) -> Newcomer:
    """By the rules of sign-up, with words for what only a sheet does to numbers and days."""
    typed = {field: cell for field, cell in cells.items() if cell and field != "group"}
    mangled: dict[str, Any] = {
        field: ["手机号被表格软件改成了科学计数，请把这一列设为文本格式后重新填写"]
        for field in ("phone", "guardian.phone") if _MANGLED.fullmatch(typed.get(field, ""))
    }
    if day := day_as_typed(typed.get("birth_date", "")):
        typed["birth_date"] = day
    guardian = {field: typed.pop(f"guardian.{field}") for field in ("name", "phone")
                if f"guardian.{field}" in typed}
    try:
        person: Newcomer = _PERSON.load({**typed, **({"guardian": guardian} if guardian else {})})
    except ValidationError as fault:
        told = dict(flat(fault.normalized_messages()))
        if "birth_date" in told:
            told["birth_date"] = ["请填写出生日期，例如 2015-06-01"]
        raise ValidationError(told | mangled) from None
    if mangled:
        raise ValidationError(mangled)
    return person


def _faults(number: int, fault: ValidationError) -> dict[str, list[str]]:
    told = flat(fault.normalized_messages())
    return {f"row.{number}.{_HEADINGS.get(name, name)}": reasons for name, reasons in told}


def _repeated(people: Iterable[tuple[Row, Newcomer]]) -> dict[str, list[str]]:
    """The same name and number twice in one sheet is the same person."""
    first: dict[str, int] = {}
    again = {}
    for row, person in people:
        before = first.setdefault(person.identity(), row.number)
        if before != row.number:
            again[f"row.{row.number}.姓名"] = [f"与第 {before} 行是同一个人"]
    return again


def _grouped(people: Iterable[tuple[Row, Newcomer]]) -> Iterator[RosterParty]:
    groups: dict[str, list[tuple[Row, Newcomer]]] = {}
    for row, person in people:
        name = _fields(row).get("group")
        groups.setdefault(f"group {name}" if name else f"row {row.number}", []).append(
            (row, person)
        )
    for members in groups.values():
        yield RosterParty(
            lines=tuple(row.number for row, _ in members),
            members=tuple(person for _, person in members),
        )
