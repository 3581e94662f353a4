"""A roster (名单) as a sheet: columns by their headings, one person a row, parties by 同行组."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields

from kernel.sheets.limits import MOST_COLUMNS, MOST_LINES, MOST_ROWS, Unreadable
from kernel.web.problem import flat
from services.events.domain.person import Newcomer
from services.events.domain.roster import RosterParty
from services.events.schemas.signup import PersonBody

COLUMNS: Mapping[str, str] = {
    "姓名": "name", "手机号": "phone", "出生日期": "birth_date", "监护人姓名": "guardian.name",
    "监护人手机号": "guardian.phone", "同行组": "group", "席位": "seat",
}
NEEDED = ("姓名", "手机号")
_HEADINGS = {field: heading for heading, field in COLUMNS.items()}
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d\d)(\d\d)", re.ASCII
)
_MANGLED = re.compile(r"\d([.,]\d+)?\s*e\s*\+?\s*\d+", re.IGNORECASE)
_PERSON = PersonBody()

Rows = Iterable[tuple[int, list[str]]]


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


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    is_wider: bool  # than the heading


def parties_of(rows: Rows) -> list[RosterParty]:
    """The parties of a sheet, in the order of their first rows.

    Raises ValidationError with every fault at once, as `row.17.手机号` or `columns`, and Unreadable
    for a sheet that is too large or holds nobody.
    """
    people: list[tuple[_Row, Newcomer]] = []
    errors: dict[str, list[str]] = {}
    for row in _people(rows):
        if row.is_wider:
            errors[f"row.{row.number}"] = ["有一格在表头之外"]
        try:
            people.append((row, _newcomer(row.cells)))
        except ValidationError as fault:
            errors |= _faults(row.number, fault)
    errors |= _repeated(people)
    if errors:
        raise ValidationError(errors)
    return list(_grouped(people))


def _people(rows: Rows) -> Iterator[_Row]:
    """The rows below the heading that have something in them."""
    headings: list[str] | None = None
    found = 0
    for number, cells in rows:
        if number > MOST_LINES:
            raise Unreadable(f"表格超过 {MOST_LINES} 行，请删去多余的行")
        tidy = [cell.strip() for cell in cells]
        if any(tidy[MOST_COLUMNS:]):
            raise Unreadable(f"表格超过 {MOST_COLUMNS} 列，请只留下名单的列")
        if not any(tidy):
            continue
        if headings is None:
            headings = _checked(tidy)
            continue
        found += 1
        if found > MOST_ROWS:
            raise Unreadable(f"一次最多 {MOST_ROWS} 人，请分成几份")
        named = zip(headings, tidy, strict=False)
        yield _Row(number, {COLUMNS[heading]: cell for heading, cell in named},
                   is_wider=any(tidy[len(headings):]))
    if not found:
        raise Unreadable("这个文件里没有名单：第一行写表头，从第二行起一行一人")


def _checked(cells: list[str]) -> list[str]:
    """The headings; empty ones only at the end. Raises ValidationError that names the wrong."""
    while cells and not cells[-1]:
        cells.pop()
    wrong = [f"没有这一列：{each[:20] or '（空）'}" for each in cells if each not in COLUMNS]
    wrong += [f"重复的列：{each}" for each in COLUMNS if cells.count(each) > 1]
    wrong += [f"缺少这一列：{each}" for each in NEEDED if each not in cells]
    if wrong:
        allowed = f"可用的列：{'、'.join(COLUMNS)}"
        raise ValidationError({"columns": [*wrong, allowed]})
    return cells


def _newcomer(cells: Mapping[str, str]) -> Newcomer:
    """By the rules of sign-up, with words for what only a sheet does to numbers and days."""
    typed = {field: cell for field, cell in cells.items() if cell and field != "group"}
    mangled: dict[str, Any] = {
        field: ["手机号被表格软件改成了科学计数，请把这一列设为文本格式后重新填写"]
        for field in ("phone", "guardian.phone") if _MANGLED.fullmatch(typed.get(field, ""))
    }
    day = _DAY.fullmatch(typed.get("birth_date", ""))
    if day:
        year, month, date = (part for part in day.groups() if part)
        typed["birth_date"] = f"{year}-{int(month):02}-{int(date):02}"
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


def _repeated(people: Iterable[tuple[_Row, Newcomer]]) -> dict[str, list[str]]:
    """The same name and number twice in one sheet is the same person."""
    first: dict[str, int] = {}
    again = {}
    for row, person in people:
        before = first.setdefault(person.identity(), row.number)
        if before != row.number:
            again[f"row.{row.number}.姓名"] = [f"与第 {before} 行是同一个人"]
    return again


def _grouped(people: Iterable[tuple[_Row, Newcomer]]) -> Iterator[RosterParty]:
    groups: dict[str, list[tuple[_Row, Newcomer]]] = {}
    for row, person in people:
        name = row.cells.get("group")
        groups.setdefault(f"group {name}" if name else f"row {row.number}", []).append(
            (row, person)
        )
    for members in groups.values():
        yield RosterParty(
            lines=tuple(row.number for row, _ in members),
            members=tuple(person for _, person in members),
        )
