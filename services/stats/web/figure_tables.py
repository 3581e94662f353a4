"""Figures as a sheet: one row for the whole, one for each part, a column for each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kernel.sheets.cells import Cell, Table
from services.stats.domain.figures import NAMES
from services.stats.domain.source import Source

TITLES: Mapping[str, str] = {
    "sessions": "场次", "attendances": "人次", "attendances_onsite": "到场人次",
    "audience_online": "线上人次", "persons": "人数", "minutes": "服务时长（分钟）",
    "hours": "服务时长（小时）", "served_reported": "服务对象人次（统计上报值）",
    "households": "户", "redemptions": "优惠次数", "windows": "优惠窗口",
    "work_items_done": "已办结事项", "work_items_total": "事项", "categories": "事项类别",
}
WITHHELD = "保密"
WHOLE = "合计"


def figure_table(asked: Mapping[str, Any]) -> Table:
    """An empty cell was never reported; 保密 is withheld."""
    rows = [_row(WHOLE, asked), *(_row(part["name"], part) for part in asked["parts"] or ())]
    columns = (("范围", 20), *((TITLES[name], 14) for name in NAMES), ("未计入保密部分", 30))
    return Table(name="统计数字", columns=columns, rows=rows)


def source_table(items: Sequence[Source]) -> Table:
    """The documents behind a figure, one a row."""
    columns = (("日期", 12), ("项目", 18), ("街道", 10), ("类型", 12), ("编号", 40), ("计入", 10),
               ("代号", 34), ("事实", 60), ("台账条目（分钟）", 40), ("统计方法", 12),
               ("上报人", 16))
    return Table(name="来源", columns=columns, rows=[_source(one) for one in items])


def _source(one: Source) -> list[Cell]:
    entries = [f"{entry}：{minutes}" for entry, minutes in (one.entries or {}).items()]
    return [one.day, one.programme, one.street, one.kind, one.key, one.amount, one.who,
            "；".join(one.facts), "；".join(entries), one.method, one.reported_by]


def _row(name: str, shown: Mapping[str, Any]) -> list[Cell]:
    cells = [_cell(each, shown) for each in NAMES]
    return [name, *cells, "、".join(TITLES[each] for each in shown["left_out_of"])]


def _cell(name: str, shown: Mapping[str, Any]) -> Cell:
    value = shown["figures"][name]
    if value is None:
        return WITHHELD if name in shown["suppressed"] else None
    return value if isinstance(value, int) else str(value)
