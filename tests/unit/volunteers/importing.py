"""Sheets of earlier records and what becomes of them, made short for tests."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import ImportRefused
from services.volunteers.domain.imports import Row
from services.volunteers.schemas.imports import COLUMNS, rows_of
from services.volunteers.usecases import App
from services.volunteers.usecases.imports.bringing import decide, import_records
from services.volunteers.usecases.imports.entering import finish
from tests.unit.volunteers.requests import LI, WANG

CELLS = {
    "人员代号": "p1", "项目": "road-angels", "名称": "马路天使", "街道": "大鹏",
    "日期": "2021-06-01", "开始": "07:30", "结束": "09:00", "时长（分钟）": "90",
    "依据": "签到表", "记录单位": "团区委",
}


def cells(**changes: str) -> dict[str, str]:
    """A row that is right; a change to empty leaves the cell out."""
    return {name: text for name, text in {**CELLS, **changes}.items() if text}


def typed(*rows: dict[str, str]) -> list[tuple[int, list[str]]]:
    """As a sheet is read: a heading, then the rows from line 2."""
    body = [[row.get(name, "") for name in COLUMNS] for row in rows]
    return list(enumerate([list(COLUMNS), *body], 1))


def sheet(*rows: dict[str, str]) -> list[Row]:
    return rows_of(typed(*rows))


def days(number: int, who: str = "p1", first: int = 1) -> list[dict[str, str]]:
    """As many rows of one person on days of their own."""
    return [cells(人员代号=who, 日期=f"2021-{1 + at // 28:02}-{1 + at % 28:02}")
            for at in range(first - 1, first - 1 + number)]


def brought(app: App, *rows: dict[str, str], **how: Any) -> Any:
    """The answer to importing these, once another member approved and all is entered."""
    answer = offered(app, *rows, **how)
    if answer["state"] == "waiting":
        approved(app, answer["import_id"])
        finish(app)
    return answer


def approved(app: App, import_id: str, *, approved: bool = True, by: Acting = WANG) -> Any:
    """Another member's word on a sheet."""
    return decide(app, import_id, approved=approved, reason="与签到表核对过", by=by)


def offered(app: App, *rows: dict[str, str], **how: Any) -> Any:
    """The answer to handing these in."""
    made = sheet(*rows)
    given = {"import_id": sha256(repr(made).encode()).hexdigest()[:32], "by": LI,
             "numbered": lambda number: number.replace("V-", "p"), **how}
    return import_records(app, made, **given)


def faults(app: App, *rows: dict[str, str], **how: Any) -> dict[str, list[str]]:
    """Why nothing of these is imported."""
    try:
        brought(app, *rows, **how)
    except ImportRefused as refused:
        return dict(refused.errors)
    return {}
