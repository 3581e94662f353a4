"""The messages of one person as a sheet: what for, when, what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.sheets.cells import Table

COLUMNS = {
    "message_id": ("编号", 34), "purpose": ("用途", 14), "shown": ("状态", 14),
    "reason": ("原因", 18), "template": ("模板", 18), "segments": ("条数", 6),
    "written_at": ("写入时间", 28), "started_at": ("发出时间", 28),
}


def messages_table(shown: Iterable[Mapping[str, Any]]) -> Table:
    """One message a row; `shown` as the JSON answer says."""
    return Table(name="短信", columns=tuple(COLUMNS.values()),
                 rows=[[each.get(name) for name in COLUMNS] for each in shown])
