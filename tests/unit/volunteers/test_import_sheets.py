"""Sheets of earlier records as they are typed: what is read of them, and how faults are named."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.test import EnvironBuilder

from kernel.sheets import comma, workbook
from kernel.sheets.cells import Table
from kernel.web import Call, Refused
from kernel.web.uploads import form_with_file
from services.volunteers.schemas.imports import COLUMNS, rows_of
from services.volunteers.usecases import App, balance_of
from services.volunteers.usecases.imports.bringing import listed
from services.volunteers.usecases.imports.entering import finish
from services.volunteers.web.importing import template
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.desk import LI, WANG, Desk
from tests.unit.volunteers.importing import cells, sheet, typed
from tests.unit.volunteers.ledgers import an_app


def faults(**changes: str) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as wrong:
        sheet(cells(**changes))
    return dict(wrong.value.normalized_messages())


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"人员代号": "13900001111"}, "人员代号"),
        ({"人员代号": ""}, "人员代号"),
        ({"志愿者编号": "V1"}, "人员代号"),
        ({"日期": "2021-02-30"}, "日期"),
        ({"日期": "", "开始": ""}, "日期"),
        ({"开始": "7点半"}, "开始"),
        ({"结束": "07:30"}, "结束"),
        ({"结束": "02:00"}, "结束"),
        ({"时长（分钟）": "1.5"}, "时长（分钟）"),
        ({"时长（分钟）": ""}, "时长（分钟）"),
        ({"时长（小时）": "2"}, "时长（分钟）"),
        ({"时长（小时）": "0.83", "时长（分钟）": ""}, "时长（小时）"),
        ({"时长（小时）": "NaN", "时长（分钟）": ""}, "时长（小时）"),
        ({"依据": ""}, "依据"),
        ({"依据": "打 13900001111 核实"}, "依据"),
        ({"记录单位": ""}, "记录单位"),
    ],
)
def test_a_fault_is_named_by_line_and_column(changes: dict[str, str], column: str) -> None:
    assert list(faults(**changes)) == [f"row.2.{column}"]


def test_all_faults_of_all_rows_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as wrong:
        sheet(cells(开始="x"), cells(), cells(依据="", **{"时长（分钟）": "x"}))
    assert set(wrong.value.normalized_messages()) == {
        "row.2.开始", "row.4.依据", "row.4.时长（分钟）"}


def test_unknown_and_missing_columns_are_named() -> None:
    with pytest.raises(ValidationError) as wrong:
        rows_of([(1, ["人员代号", "姓名", "依据"]), (2, ["p1", "测试", "表"])])
    [told] = wrong.value.normalized_messages().values()
    assert "没有这一列：姓名" in told and "缺少这一列：记录单位" in told


def test_c_02_hours_are_read_as_whole_minutes() -> None:
    [row] = sheet(cells(**{"时长（小时）": "1.5", "时长（分钟）": ""}))
    assert row.minutes == 90


def test_c_44_days_and_times_are_local_and_a_night_ends_on_the_next_day() -> None:
    [row] = sheet(cells(日期="2021年6月1日", 开始="22：00:00", 结束="次日02:00"))
    assert row.described
    assert row.described.starts_at == at("22:00", "2021-06-01")
    assert row.described.ends_at == at("02:00", "2021-06-02")


@pytest.mark.parametrize("form", [comma, workbook], ids=["csv", "xlsx"])
def test_what_is_written_is_read_back(form: Any) -> None:
    rows = [cells(), cells(人员代号="p2", 日期="2021/6/2")]
    table = Table(name="记录", columns=[(name, 12) for name in COLUMNS],
                  rows=[[row.get(name) for name in COLUMNS] for row in rows])
    assert rows_of(form.read(form.write(table))) == rows_of(typed(*rows))


def test_the_template_has_the_columns_and_no_rows_of_its_own() -> None:
    empty, examples = template()
    assert [title for title, _ in empty.columns] == list(COLUMNS) and not empty.rows
    heading = list(COLUMNS)
    read = rows_of([(1, heading), *((2 + at, [str(cell or "") for cell in row])
                                    for at, row in enumerate(examples.rows)
                                    if row[1] is None)])
    assert read[0].minutes == 90


def posted(app: App, action: str, *rows: dict[str, str], name: str = "earlier.csv",
           raw: bytes | None = None) -> tuple[int, str]:
    """What a browser gets that sends the file."""
    table = Table(name="记录", columns=[(title, 12) for title in COLUMNS],
                  rows=[[row.get(title) for title in COLUMNS] for row in rows])
    file = FileStorage(BytesIO(comma.write(table) if raw is None else raw), name)
    sent = EnvironBuilder(method="POST", data={"action": action, "file": file}).get_environ()
    body = sent["wsgi.input"].read()
    call = Call({"CONTENT_TYPE": sent["CONTENT_TYPE"], "PATH_INFO": "/"}, body, rights=LI)
    answer = Desk(app, LI).import_order(call)
    return answer.status_code, answer.get_data(as_text=True)


def test_c_17_the_page_checks_first_then_another_member_approves() -> None:
    app = an_app()
    status, page = posted(app, "check", cells(), cells(人员代号="p2"))
    assert (status, "将计入" in page, balance_of(app, "p1").minutes) == (200, True, 0)
    assert posted(app, "enter", cells(), cells(人员代号="p2"))[0] == 303
    [plan] = listed(app)
    id = plan.import_id
    assert "待批准" in Desk(app, LI).get("imports_page")
    word = {"action": "approved", "reason": "与签到表核对过"}
    refused = Desk(app, LI).post("import_decision", word, import_id=id)
    assert refused.status_code == 403
    assert "须由其他人审核" in refused.get_data(as_text=True)
    empty = Desk(app, WANG).post("import_decision", {}, import_id=id)
    assert empty.status_code == 422
    assert Desk(app, WANG).post("import_decision", word, import_id=id).status_code == 303
    assert "正在计入" in Desk(app, WANG).get("import_page", import_id=id)
    finish(app)
    assert "计入 180 分钟" in Desk(app, WANG).get("import_page", import_id=id)
    assert balance_of(app, "p1").minutes == 90
    assert "已有，不重复导入" in posted(app, "check", cells())[1]
    assert "没有需要导入的行" in posted(app, "enter", cells())[1]


@pytest.mark.parametrize("action", ["check", "enter"])
def test_the_page_names_each_fault_by_line_and_column(action: str) -> None:
    app = an_app()
    status, page = posted(app, action, cells(), cells(开始="x"))
    assert (status, "第 3 行 开始" in page) == (422, True)
    status, page = posted(app, action, cells(), cells(人员代号="p2", 名称="补录"))
    assert (status, "第 3 行 活动名称含" in page) == (422, True)
    assert balance_of(app, "p1").minutes == 0


def test_the_page_wants_a_sheet() -> None:
    app = an_app()
    assert posted(app, "check", name="a.pdf")[0] == 422
    assert posted(app, "check", name="", raw=b"")[0] == 422
    status, page = posted(app, "check", name="a.xlsx", raw=b"not one")
    assert (status, "不是 XLSX" in page) == (422, True)
    assert "导入以往记录" in Desk(app, LI).get("imports_page")


def test_a_form_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        form_with_file(b"--x", "multipart/form-data")
