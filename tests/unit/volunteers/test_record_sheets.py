"""The whole record in the order of Order 67 Art. 5 to 9: apart from hours, masked, harmless."""

from __future__ import annotations

import io
from typing import Any

import pytest
from marshmallow import ValidationError
from openpyxl import load_workbook

from kernel.sheets import comma, workbook
from services.volunteers.domain.people.broken import BadField
from services.volunteers.schemas.people import values_of
from services.volunteers.schemas.records import (
    HonourBody,
    InsuranceBody,
    RatingBody,
    TrainingBody,
    WholeAnswer,
)
from services.volunteers.usecases import credit_hours, hours_of
from services.volunteers.usecases.people import owning, qualifying
from services.volunteers.usecases.people.showing import Whole, whole
from services.volunteers.web import record_tables
from tests.unit.volunteers.builders import told, visit
from tests.unit.volunteers.office import CHECKER, CLERK, RESIDENT, Office, card

TRAINING = {"title": "急救培训", "content": "心肺复苏", "organiser": "测试单位",
            "held_on": "2026-08-01", "minutes": 180, "evidence": "名单 7"}
HONOUR = {"title": "优秀志愿者", "granted_by": "测试单位", "granted_on": "2026-08-02",
          "evidence": "文件 3"}
RATING = {"session_id": "s1", "grade": "优秀", "note": "=1+1"}


def recorded(office: Office, number: str, kind: Any, schema: Any, body: dict[str, Any]) -> str:
    loaded = schema.load(body)
    answer = qualifying.record(office.register, number, kind, values_of(loaded),
                               evidence=loaded["evidence"], acting=CLERK)
    return str(answer["record_id"])


def a_record() -> tuple[Office, Whole]:
    office = Office.in_memory()
    number = office.new(1)
    credit_hours(office.app, told(*visit("07:30", "09:00", who="p1")))
    withdrawn = recorded(office, number, "training", TrainingBody(), TRAINING)
    qualifying.withdraw(office.register, number, withdrawn, reason="重复登记", acting=CHECKER)
    recorded(office, number, "training", TrainingBody(), TRAINING)
    recorded(office, number, "honour", HonourBody(), HONOUR)
    recorded(office, number, "rating", RatingBody(), RATING)
    office.paper(number)
    owning.tell_skills(office.register, number, ["英语", "游泳"], acting=RESIDENT)
    register = office.register
    entries = hours_of(office.app, "p1").entries
    return office, whole(register, register.known(number), register.opened(number), entries)


def test_c03_training_and_honours_are_never_hours() -> None:
    _, record = a_record()
    shown = WholeAnswer().dump(record)
    assert (shown["minutes"], shown["hours"], len(shown["training"])) == (90, 1.5, 2)


def test_the_sheets_follow_the_articles_of_order_67() -> None:
    _, record = a_record()
    book = load_workbook(io.BytesIO(workbook.write(*record_tables.tables(record))))
    assert [name.split()[0] for name in book.sheetnames] == [
        "第五条", "第六条", "第七条", "第八条", "第九条", "其他信息"]
    service = [[cell.value for cell in row] for row in book.worksheets[1]]
    assert service[1][5:7] == [90, "1.5"] and service[-1][0] == "合计"
    assert [row[-1].value for row in book.worksheets[2]] == ["状态", "已撤销", "有效"]
    assert book.worksheets[4]["C2"].value == "'=1+1"


def test_one_long_csv_holds_every_part() -> None:
    _, record = a_record()
    raw = comma.write(record_tables.long_table(record))
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = [row for _, row in comma.read(raw)]
    assert {row[0].split()[0] for row in rows[1:]} == {
        "第五条", "第六条", "第七条", "第八条", "第九条", "其他信息"}
    assert ["第五条 个人基本信息", "7", "内容", "英语、游泳"] in rows


def test_c30_no_export_holds_a_whole_number() -> None:
    office, record = a_record()
    written = "".join([
        comma.write(record_tables.long_table(record)).decode(),
        str([[cell.value for row in sheet for cell in row] for sheet in load_workbook(
            io.BytesIO(workbook.write(*record_tables.tables(record)))).worksheets]),
        str(WholeAnswer().dump(record)), repr(record), office.dump(),
    ])
    assert "139****0001" in written and "44**************" in written
    assert card("1990-01-01", 1) not in written and "13900000001" not in written


@pytest.mark.parametrize("words", ["电话 13900000001", "440307199001010011", "44030719900101001X",
                                   "一行\n两行"])
def test_c30_no_record_takes_anybodys_number(words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TrainingBody().load({**TRAINING, "title": words})
    assert set(refused.value.normalized_messages()) == {"title"}


def test_grades_are_those_of_the_department() -> None:
    office = Office.in_memory(grades=("好", "一般"))
    with pytest.raises(BadField) as refused:
        recorded(office, office.new(1), "rating", RatingBody(), RATING)
    assert refused.value.errors == {"grade": ["应为其中之一：好、一般"]}


def test_an_insurance_says_until_when_and_no_paper_ends_before_it_begins() -> None:
    paper = {"title": "意外险", "issued_by": "测试保险", "evidence": "保单", "reference": "P-1",
             "valid_from": "2026-09-02", "valid_until": "2026-09-01"}
    assert set(InsuranceBody().validate(paper)) == {"valid_until"}
    del paper["valid_until"]
    assert set(InsuranceBody().validate(paper)) == {"valid_until"}
