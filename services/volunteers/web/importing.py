"""What the door and the page of imports share: the sheet, whose it is, the empty sheet."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from kernel.answers import Once
from kernel.sheets.cells import Table
from kernel.web import Call
from kernel.web.uploads import sheet_of
from services.volunteers.schemas.imports import COLUMNS, rows_of
from services.volunteers.usecases import App
from services.volunteers.usecases.imports.bringing import import_records
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.acting import acting_of

EXAMPLES = (
    ("p-0001", None, None, "road-angels", "马路天使", "大鹏", "2021-06-01", "07:30", "09:00",
     "90", None, "签到表 2021-06-01", "示例单位"),
    (None, "V-示例", "场次编号示例", None, None, None, None, None, None, None, "1.5",
     "系统导出", "示例单位"),
)


def import_sheet(app: App, register: Register, call: Call, raw: bytes, ending: str, *, dry: bool,
                 once: Once | None) -> Any:
    """Checks the sheet and lets it wait, or only checks it. Raises Refused, ImportRefused."""
    rows = sheet_of(ending, raw, rows_of)
    by = acting_of(call)
    own = frozenset(app.references(by.person_ref)) if by.person_ref else frozenset()
    return import_records(
        app, rows, import_id=sha256(raw).hexdigest()[:32], by=by, own=own, dry=dry, once=once,
        numbered=lambda number: register.active(number).person_refs[0],
    )


def template() -> tuple[Table, Table]:
    """An empty sheet to fill in, and beside it how its rows may look."""
    columns = [(heading, 16) for heading in COLUMNS]
    return (Table(name="以往记录", columns=columns, rows=[]),
            Table(name="示例", columns=columns, rows=EXAMPLES))
