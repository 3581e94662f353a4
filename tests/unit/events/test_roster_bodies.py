"""A roster as typed: columns by heading, faults by row and column, parties by 同行组."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from marshmallow import ValidationError
from openpyxl import Workbook

from kernel.sheets import comma, workbook
from kernel.sheets.limits import MOST_ROWS, Unreadable
from services.events.schemas.roster import parties_of


def typed(text: str) -> Any:
    return parties_of(comma.read(text.encode()))


def faults(text: str) -> Any:
    with pytest.raises(ValidationError) as caught:
        typed(text)
    return caught.value.normalized_messages()


def sheet_of(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_columns_stand_in_any_order_and_blank_rows_do_not_count() -> None:
    [first, second] = typed("\n手机号,姓名\n\n 139 0000 0001 ,测试一\n,\n+86 13900000002,测试二\n")
    assert (first.members[0].name, first.members[0].phone) == ("测试一", "13900000001")
    assert (first.lines, second.lines) == ((4,), (6,))


def test_rows_of_one_group_are_one_party() -> None:
    found = typed("姓名,手机号,同行组\n甲甲,13900000001,1\n乙乙,13900000002,\n丙丙,13900000003,1\n")
    assert [each.lines for each in found] == [(2, 4), (3,)]
    assert [person.name for person in found[0].members] == ["甲甲", "丙丙"]


def test_a_child_is_reached_at_its_guardians_number() -> None:
    heads = "姓名,手机号,出生日期,监护人姓名,监护人手机号"
    [party] = typed(f"{heads}\n小测,,2015/6/1,大测,13900000001\n")
    [child] = party.members
    assert (child.phone, child.birth_date) == ("13900000001", date(2015, 6, 1))
    assert child.guardian and child.guardian.name == "大测"


@pytest.mark.parametrize("day", ["2015-06-01", "2015/6/1", "2015.6.1", "2015年6月1日", "20150601"])
def test_days_are_read_as_people_write_them(day: str) -> None:
    [party] = typed(f"姓名,手机号,出生日期\n测试,13900000001,{day}\n")
    assert party.members[0].birth_date == date(2015, 6, 1)


@pytest.mark.parametrize("day", ["42156", "2015-13-01", "201561", "2099-01-01", "六一"])
def test_a_day_that_is_none_is_named(day: str) -> None:
    found = faults(f"姓名,手机号,出生日期\n测试,13900000001,{day}\n")
    assert found == {"row.2.出生日期": ["请填写出生日期，例如 2015-06-01"]}


def test_every_fault_is_named_by_row_and_column_at_once() -> None:
    found = faults(
        "姓名,手机号,监护人姓名,监护人手机号\n"
        "测试一,13900000001,,\n,13900000002,,\n测试三,12345,,\n测试四,,大测,1\n测试五,,,\n"
    )
    assert set(found) == {"row.3.姓名", "row.4.手机号", "row.5.监护人手机号", "row.6.手机号"}


@pytest.mark.parametrize("phone", ["1.39E+10", "1.39e10", "1.39000000E+10", "1E+10"])
def test_a_number_that_a_spreadsheet_cut_is_recognised(phone: str) -> None:
    [(place, reasons)] = faults(f"姓名,手机号\n测试,{phone}\n").items()
    assert place == "row.2.手机号" and "科学计数" in reasons[0]


def test_the_same_person_twice_is_named() -> None:
    found = faults("姓名,手机号\n测试,13900000001\n测试,139 0000 0001\n")
    assert found == {"row.3.姓名": ["与第 2 行是同一个人"]}


def test_wrong_headings_are_named() -> None:
    reasons = faults("姓名,备注,姓名\n测试,x,测试\n")["columns"]
    assert reasons[:3] == ["没有这一列：备注", "重复的列：姓名", "缺少这一列：手机号"]


def test_a_cell_beside_the_columns_is_not_ignored() -> None:
    found = faults("姓名,手机号\n测试一,13900000001,x\n测试二,1\n")
    assert set(found) == {"row.2", "row.3.手机号"} and found["row.2"] == ["有一格在表头之外"]


@pytest.mark.parametrize("text", ["", "姓名,手机号\n", "\n\n"])
def test_a_sheet_without_anybody_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="没有名单"):
        typed(text)


def test_more_rows_than_are_taken_are_refused() -> None:
    rows = [(n, ["测试", "13900000001"]) for n in range(2, MOST_ROWS + 3)]
    with pytest.raises(Unreadable, match="最多 2000 人"):
        parties_of([(1, ["姓名", "手机号"]), *rows])


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_workbooks_hold_numbers_and_days_as_such() -> None:
    raw = sheet_of(("姓名", "手机号", "出生日期"), ("测试一", 13900000001, datetime(2015, 6, 1)),  # noqa: DTZ001
                   ("测试二", 13900000002.0, None), ("测试三", "139 0000 0003", "2015-6-1"))
    found = [each.members[0] for each in parties_of(workbook.read(raw))]
    assert [each.phone for each in found] == ["13900000001", "13900000002", "13900000003"]
    assert [each.birth_date for each in found] == [date(2015, 6, 1), None, date(2015, 6, 1)]


def test_a_workbooks_number_that_was_cut_before_is_recognised() -> None:
    raw = sheet_of(("姓名", "手机号"), ("测试", 13900000000))
    with pytest.raises(ValidationError) as caught:
        parties_of(workbook.read(raw))
    assert "科学计数" in str(caught.value.normalized_messages()["row.2.手机号"])
