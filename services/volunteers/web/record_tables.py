"""A volunteer's record as sheets, one part an article of Order 67, and as one long CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.hours import hours
from kernel.clock import SHANGHAI
from kernel.sheets.cells import Cell, Table
from services.volunteers.domain import Entry
from services.volunteers.domain.people.records import Known
from services.volunteers.usecases.people.qualifying import Paper
from services.volunteers.usecases.people.showing import Basic, Whole

STATES = {"active": "正常", "stopped": "已停止处理", "erased": "本人已删除"}
BASES = {"scan": "扫码", "gps": "定位", "organiser": "组织者确认", "supplement": "补录",
         "import": "导入"}
STANDINGS = {"unverified": "待核实", "valid": "有效", "expired": "已过期",
             "uninsured": "缺少有效保险", "withdrawn": "已撤销"}
WRITTEN = (("记录人", 12), ("记录时间", 18), ("依据", 24), ("状态", 8))
CONFIDENTIAL = "（保密活动）"


def tables(record: Whole) -> list[Table]:
    """The parts in the order of the articles."""
    return [
        Table(name="第五条 个人基本信息", columns=(("项目", 14), ("内容", 40)),
              rows=list(_basic(record.basic))),
        Table(name="第六条 志愿服务情况", columns=(
            ("活动", 28), ("项目", 16), ("地点", 24), ("开始", 18), ("结束", 18),
            ("服务时长（分钟）", 16), ("服务时长（小时）", 16), ("依据", 12), ("状态", 10),
            ("记录编号", 34),
        ), rows=[*map(_entry, record.entries), _sum(record)]),
        Table(name="第七条 培训情况", columns=(
            ("名称", 28), ("内容", 36), ("组织者", 20), ("日期", 12), ("学时（分钟）", 12),
            *WRITTEN,
        ), rows=[_line(each, "title", "content", "organiser", "held_on", "minutes")
                 for each in record.training]),
        Table(name="第八条 表彰奖励情况", columns=(
            ("名称", 28), ("授予单位", 24), ("授予日期", 12), *WRITTEN,
        ), rows=[_line(each, "title", "granted_by", "granted_on") for each in record.honours]),
        Table(name="第九条 评价情况", columns=(
            ("场次编号", 34), ("评价", 10), ("说明", 36), *WRITTEN,
        ), rows=[_line(each, "session_id", "grade", "note") for each in record.ratings]),
        Table(name="其他信息 资格与保险", columns=(
            ("类别", 8), ("名称", 28), ("出具单位", 24), ("有效期自", 12), ("有效期至", 12),
            ("核实人", 12), ("状态", 14),
        ), rows=[_paper(each) for each in record.papers]),
    ]


def long_table(record: Whole) -> Table:
    """All parts in one table, a row for each filled cell: what a CSV can hold."""
    rows: list[list[Cell]] = []
    for table in tables(record):
        for number, row in enumerate(table.rows, 1):
            for (title, _), cell in zip(table.columns, row, strict=True):
                if cell not in (None, ""):
                    rows.append([table.name, number, title, cell])
    columns = (("部分", 24), ("序号", 6), ("栏目", 16), ("内容", 40))
    return Table(name="志愿服务记录", columns=columns, rows=rows)


def _basic(basic: Basic) -> Iterator[list[Cell]]:
    born = basic.birth_date
    yield ["编号", basic.volunteer_no]
    yield ["姓名", basic.name]
    yield ["出生日期", born.isoformat() if born else None]
    yield ["证件类型", basic.document_type]
    yield ["证件号码", basic.document_number]
    yield ["联系方式", basic.phone]
    yield ["专业技能", "、".join(basic.skills)]
    yield ["登记时间", basic.registered_at]
    yield ["状态", STATES[basic.state]]


def _entry(entry: Entry) -> list[Cell]:
    session = entry.session
    return [
        session.title or CONFIDENTIAL, session.programme, session.place, session.starts_at,
        session.ends_at, entry.minutes, str(hours(entry.minutes)),
        BASES.get(entry.basis, entry.basis), "待核实" if entry.state == "held" else "已记入",
        entry.entry_id,
    ]


def _sum(record: Whole) -> list[Cell]:
    nothing: list[Cell] = [None] * 3
    return ["合计", None, *nothing, record.minutes, str(hours(record.minutes)), *nothing]


def _line(line: Known, *names: str) -> Sequence[Cell]:
    record = line.record
    return [
        *(record.values.get(name) for name in names), record.by or "本人",
        record.at.astimezone(SHANGHAI), record.evidence, "已撤销" if line.withdrawn else "有效",
    ]


def _paper(paper: Paper) -> Sequence[Cell]:
    record, verified = paper.known.record, paper.known.verified
    values = record.values
    return [
        "资格" if record.kind == "qualification" else "保险", values["title"],
        values.get("issued_by"), values.get("valid_from"), values.get("valid_until"),
        verified.by if verified else None, STANDINGS[paper.standing],
    ]
