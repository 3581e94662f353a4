"""Sheets: what goes out comes back, nothing in them runs, and no file breaks the reader."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kernel.contact import normalise_name
from kernel.sheets import comma, workbook
from kernel.sheets.cells import ACTIVE, Cell, Table, unbent
from kernel.sheets.limits import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, Unreadable
from services.events.schemas.roster import parties_of
from services.events.web.tables import template

ROOMS = [comma, workbook]
names = (
    st.one_of(
        st.text(min_size=1, max_size=40),
        st.text("=+-@'\"\t ,;1e年/测试＝_x0041_𠮷·", min_size=1, max_size=12),
    )
    .map(normalise_name)
    .filter(lambda name: 1 <= len(name) <= 40 and name.isprintable())
)


def a_roster(found: list[str]) -> Table:
    rows = [[name, f"139 0000 {n:04d}"] for n, name in enumerate(found)]
    return Table(name="名单", columns=[("姓名", 10), ("手机号", 14)], rows=rows)


def cells(raw: bytes, room: Any) -> list[str]:
    """Every cell as the spreadsheet has it, by a reader that is not ours."""
    if room is comma:
        return [cell for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
                for cell in row]
    sheet = load_workbook(io.BytesIO(raw)).worksheets[0]
    assert all(cell.data_type in "sn" for row in sheet for cell in row)
    return [str(cell.value or "") for row in sheet for cell in row]


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
@settings(max_examples=60, deadline=None)
@given(found=st.lists(names, min_size=1, max_size=8))
def test_any_name_comes_back_as_it_went_out(room: Any, found: list[str]) -> None:
    parties = parties_of(room.read(room.write(a_roster(found))))
    assert [each.members[0].name for each in parties] == found
    assert [each.members[0].phone for each in parties] == [
        f"1390000{n:04d}" for n in range(len(found))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=20), lead=st.sampled_from(["", " ", *ACTIVE, "\n=", " ="]))
def test_no_cell_begins_like_a_formula(room: Any, text: str, lead: str) -> None:
    table = Table(name="x", columns=[("a", 5)], rows=[[lead + text]])
    for cell in cells(room.write(table), room):
        assert not cell.startswith(ACTIVE) and not cell.lstrip().startswith(ACTIVE)


@pytest.mark.parametrize("text", [
    "13900000001", "0012345678", "1e10", "1E+5", "3/4", "1-2", "2021年9月", "12%", "1,000", ".5",
])
def test_csv_quotes_what_would_become_a_number_or_a_day(text: str) -> None:
    assert unbent(text) == f"'{text}"
    written = comma.write(Table(name="x", columns=[("a", 5)], rows=[[text]]))
    assert [row for _, row in comma.read(written)] == [["a"], [text]]


@pytest.mark.parametrize("text", ["139 0000 0001", "139****0001", "海边", "a1b2c3", "2号门"])
def test_csv_leaves_plain_text_alone(text: str) -> None:
    assert unbent(text) == text


def test_a_workbook_is_text_with_a_heading_that_stays() -> None:
    rows: list[list[Cell]] = [["13900000001", 7]]
    raw = workbook.write(Table(name="名册", columns=[("手机号", 16), ("人数", 6)], rows=rows))
    sheet = load_workbook(io.BytesIO(raw)).worksheets[0]
    assert (sheet.title, sheet.freeze_panes) == ("名册", "A2")
    assert sheet.column_dimensions["A"].width == 16
    assert (sheet["A2"].value, sheet["A2"].number_format) == ("13900000001", "@")
    assert sheet["B2"].value == 7 and sheet["A1"].font.bold


def test_a_workbook_touches_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    assert workbook.write(a_roster(["测试"]))[:2] == b"PK"


def test_the_template_keeps_what_is_typed_as_text() -> None:
    sheet = load_workbook(io.BytesIO(workbook.write(template()))).worksheets[0]
    assert [cell.value for cell in sheet[1]][:2] == ["姓名", "手机号"]
    assert {each.number_format for each in sheet.column_dimensions.values()} == {"@"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_as_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    text = f"手机号{delimiter}姓名\r\n13900000001{delimiter}测试𠮷\r\n"
    [party] = parties_of(comma.read(text.encode(encoding)))
    assert (party.members[0].name, party.members[0].phone) == ("测试𠮷", "13900000001")


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def parts_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = parts_of(workbook.write(a_roster(["测试"])))
    bomb["xl/worksheets/sheet1.xml"] = b" " * 500_000_000
    raw = packed(bomb)
    assert len(raw) < LARGEST_FILE
    with pytest.raises(Unreadable, match="太大"):
        list(workbook.read(raw))


def test_a_file_of_very_many_parts_is_refused() -> None:
    with pytest.raises(Unreadable, match="太大"):
        list(workbook.read(packed({f"x/{n}": b"" for n in range(600)})))


@pytest.mark.parametrize(("part", "marks"), [
    ("xl/worksheets/sheet1.xml", b"<c/>" * 360_000), ("xl/styles.xml", b"<xf/>" * 31_000),
    ("xl/worksheets/sheet1.xml", "<c/>".encode("utf-16-le") * 360_000)])
def test_a_small_file_does_not_keep_a_process_busy(part: str, marks: bytes) -> None:
    """A minute for 14 kB, where each of a million marks is looked at by itself."""
    parts = {**parts_of(workbook.write(a_roster(["测试"]))), part: marks}
    raw = packed(parts)
    assert len(raw) < 50_000
    with pytest.raises(Unreadable, match="太大"):
        list(workbook.read(raw))


def test_as_much_as_may_be_read_is_read() -> None:
    full = Table(name="名单", columns=[(f"列{at}", 9) for at in range(MOST_COLUMNS)],
                 rows=[[f"{row}-{at}" for at in range(MOST_COLUMNS)] for row in range(MOST_ROWS)])
    assert len(list(workbook.read(workbook.write(full)))) == MOST_ROWS + 1


def test_entities_are_not_expanded() -> None:
    parts = parts_of(workbook.write(a_roster(["测试"])))
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    sheet = parts["xl/worksheets/sheet1.xml"].replace("测试".encode(), b"&b;")
    parts["xl/worksheets/sheet1.xml"] = doctype + sheet
    with pytest.raises(Unreadable):
        list(workbook.read(packed(parts)))


def test_a_sheet_that_lies_about_its_size_is_read_within_limits() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B1"] = "姓名", "手机号"
    sheet["A1048576"], sheet["XFD2"] = "x", "y"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(Unreadable, match="超过"):
        parties_of(workbook.read(file.getvalue()))


@pytest.mark.parametrize("room", ROOMS)
@settings(max_examples=150, deadline=None)
@given(raw=st.one_of(st.binary(max_size=400), st.binary(max_size=80).map(
    lambda tail: "姓名,手机号\n".encode() + tail)))
def test_random_bytes_are_refused_in_words(room: Any, raw: bytes) -> None:
    try:
        rows = list(room.read(raw))
    except Unreadable:
        return
    assert all(isinstance(cell, str) for _, row in rows for cell in row)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(spot=st.integers(0, 3_000), junk=st.binary(min_size=1, max_size=6), part=st.integers(0, 9))
def test_a_damaged_workbook_is_refused_in_words(spot: int, junk: bytes, part: int) -> None:
    parts = parts_of(WHOLE)
    name = sorted(parts)[part % len(parts)]
    at = spot % (len(parts[name]) + 1)
    parts[name] = parts[name][:at] + junk + parts[name][at + len(junk):]
    at = spot % len(WHOLE)
    for raw in (packed(parts), WHOLE[:at] + junk + WHOLE[at + len(junk):]):
        try:
            list(workbook.read(raw))
        except Unreadable:
            continue


WHOLE = workbook.write(a_roster(["测试一", "=测试", "测试三"]))
