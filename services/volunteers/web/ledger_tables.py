"""The lines that count as sheets: one a row, and what programmes come to by basis (C-04)."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.hours import hours
from kernel.sheets.cells import Cell, Table
from services.volunteers.usecases.exports.lines import Counting, by_basis
from services.volunteers.web.words import BASIS

LINES = (("项目", 18), ("场次编号", 34), ("活动", 28), ("街道", 10), ("开始", 18), ("结束", 18),
         ("人员代号", 34), ("服务时长（分钟）", 16), ("依据", 12), ("证据", 34))
CONFIDENTIAL = "（保密活动）"


def lines(found: Sequence[Counting]) -> Table:
    """One line a row, without names (C-30)."""
    return Table(name="时长", columns=LINES, rows=[_row(each) for each in found])


def sums(found: list[Counting]) -> Table:
    """One programme a row; hours are rounded once, from the sum (C-02)."""
    columns = (("项目", 18), ("服务时长（分钟）", 16), ("服务时长（小时）", 16),
               *((f"{name}（分钟）", 16) for name in BASIS.values()))
    rows: list[list[Cell]] = []
    for programme, minutes in sorted(by_basis(found).items()):
        whole = minutes.total()
        rows.append([programme, whole, str(hours(whole)), *(minutes[basis] for basis in BASIS)])
    return Table(name="按依据汇总", columns=columns, rows=rows)


def _row(each: Counting) -> list[Cell]:
    session, line = each.session, each.line
    return [
        session.programme, session.session_id, session.title or CONFIDENTIAL, session.street,
        session.starts_at, session.ends_at, each.person_ref, line.minutes, BASIS[line.basis],
        line.evidence,
    ]
