"""The doors through which files come and go, as staff and calendars call them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from openpyxl import load_workbook

from kernel.sheets import workbook
from kernel.sheets.cells import Table
from kernel.sheets.formats import KINDS
from tests.integration.events.asking import door, published, signed_up
from tests.rig.events import ANY_HOUR, CASEWORKER, STAFF, open_events
from tests.unit.events.builders import PROGRAMMES

DAYS = count(7)
GATE = {"Authorization": "Bearer token-of-the-gate-0001"}


def planned(events: str, **order: Any) -> Any:
    """An activity on a day of its own: the same people sign up for many."""
    return published(events, starts_in=next(DAYS), **order)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exchange") / "events.log"


@pytest.fixture(scope="module")
def events(mongodb_uri: str, log: Path) -> Iterator[str]:
    with open_events(mongodb_uri, log.parent, programmes=PROGRAMMES, OFFER_HOURS=ANY_HOUR,
                     STAFF_TOKENS="gate:token-of-the-gate-0001::desk") as running:
        yield running.address


def upload(events: str, activity: Any, raw: bytes | str, *, asked: str = "",
           kind: str = KINDS["csv"], **headers: str) -> requests.Response:
    content = raw.encode() if isinstance(raw, str) else raw
    return requests.post(f"{door(events, activity)}/roster{asked}", data=content, timeout=60,
                         headers={**STAFF, "Content-Type": kind, **headers})


def sheet(events: str, activity: Any, form: str, rights: dict[str, str], asked: str = "") -> Any:
    return requests.get(f"{door(events, activity)}/roster.{form}{asked}", headers=rights,
                        timeout=30)


def rows_of(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_a_calendar_is_open_to_its_address_and_a_persons_to_staff(events: str) -> None:
    made = signed_up(events, planned(events), 1).json()
    answer = requests.get(f"{events}/registrations/{made['registration_id']}/calendar.ics",
                          timeout=10)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{made['registration_id']}@xiangxin" in answer.text
    theirs = f"{events}/api/people/{made['party'][0]}/calendar.ics"
    assert requests.get(theirs, timeout=10).status_code == 401
    assert "BEGIN:VEVENT" in requests.get(theirs, headers=STAFF, timeout=10).text
    nobody = requests.get(f"{events}/api/people/nobody/calendar.ics", headers=STAFF, timeout=10)
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_person")


def test_a_roster_goes_in_and_comes_out_masked(events: str) -> None:
    activity = planned(events, capacity=2)
    answer = upload(events, activity, "姓名,手机号\n=甲甲,13900000001\n乙乙,139 0000 0002\n")
    assert (answer.status_code, answer.json()["rows"]) == (201, 2)
    rows = rows_of(sheet(events, activity, "csv", STAFF))
    assert [(row["姓名"], row["手机号"]) for row in rows] == [
        ("'=甲甲", "139****0001"), ("乙乙", "139****0002")
    ]
    answer = sheet(events, activity, "xlsx", STAFF)
    found = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in found["E"]] == ["姓名", "'=甲甲", "乙乙"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_full_numbers_are_for_who_may_see_names_and_every_export_is_noted(events: str,
                                                                      log: Path) -> None:
    activity = planned(events)
    signed_up(events, activity, 1)
    refused = sheet(events, activity, "csv", GATE, "?full=1")
    assert (refused.status_code, refused.json()["code"]) == (403, "names_needed")
    assert rows_of(sheet(events, activity, "csv", GATE))[0]["姓名"] == "测**"
    assert sheet(events, activity, "csv", {}).status_code == 401
    [row] = rows_of(sheet(events, activity, "csv", CASEWORKER, "?full=1"))
    assert row["手机号"] == "139 0000 0001"
    text = log.read_text("utf-8")
    assert "export of roster by caseworker" in text and "测试1" not in text


def test_nobody_of_a_confidential_session_is_named_to_staff(events: str) -> None:
    activity = planned(events, programme="growth-camp")
    signed_up(events, activity, 1)
    answer = sheet(events, activity, "csv", STAFF)
    assert "测试" not in answer.text and "139" not in rows_of(answer)[0]["手机号"]
    assert rows_of(sheet(events, activity, "csv", CASEWORKER))[0]["姓名"] == "测试1"


def test_a_bad_row_is_named_by_line_and_column_and_nothing_is_kept(events: str) -> None:
    activity = planned(events)
    answer = upload(events, activity, "姓名,手机号\n甲甲,13900000001\n乙乙,1.39E+10\n")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_input")
    assert list(problem["errors"]) == ["row.3.手机号"]
    assert problem["detail"].startswith("第 3 行 手机号：")
    assert rows_of(sheet(events, activity, "csv", STAFF)) == []


def test_a_refused_row_keeps_all_out_unless_it_is_skipped(events: str) -> None:
    activity = planned(events)
    signed_up(events, activity, 1)
    text = "姓名,手机号\n测试1,13900000001\n乙乙,13900000002\n"
    answer = upload(events, activity, text)
    assert (answer.status_code, answer.json()["code"]) == (409, "roster_refused")
    assert answer.json()["errors"] == {"row.2": ["已经报过这个场次"]}
    tried = upload(events, activity, text, asked="?dry_run=1")
    assert (tried.status_code, tried.json()["refused"][0]["code"]) == (200, "already_registered")
    assert len(rows_of(sheet(events, activity, "csv", STAFF))) == 1
    made = upload(events, activity, text, asked="?skip_refused=1")
    assert made.status_code == 201 and made.json()["registered"][0]["rows"] == [3]


def test_a_key_answers_for_the_same_file_only(events: str) -> None:
    activity = planned(events)
    key = {"Idempotency-Key": "roster-1"}
    text = "姓名,手机号\n甲甲,13900000001\n"
    first, again = (upload(events, activity, text, **key) for _ in range(2))
    assert first.json() == again.json() and first.status_code == 201
    other = upload(events, activity, text + "乙乙,13900000002\n", **key)
    asked = upload(events, activity, text, asked="?skip_refused=1", **key)
    assert {other.json()["code"], asked.json()["code"]} == {"idempotency_key_reused"}


def test_300_rows_of_a_workbook_go_in(events: str) -> None:
    activity = planned(events, capacity=300)
    table = Table(name="名单", columns=[("姓名", 9), ("手机号", 9)],
                  rows=[[f"测试{n}", f"1390000{n:04d}"] for n in range(300)])
    answer = upload(events, activity, workbook.write(table), kind=KINDS["xlsx"])
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["registered"]) == 300


def test_the_empty_template_comes_back_as_nobody(events: str) -> None:
    made = requests.get(f"{events}/api/rosters/template.xlsx", headers=STAFF, timeout=10)
    answer = upload(events, planned(events), made.content, kind=KINDS["xlsx"])
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_file")


def test_other_kinds_and_too_large_files_are_refused(events: str) -> None:
    activity = planned(events)
    assert upload(events, activity, "{}", kind="application/json").status_code == 415
    large = upload(events, activity, b"x" * (2 * 1024 * 1024 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    nobody = requests.post(f"{door(events, activity)}/roster", data=b"", timeout=10)
    assert nobody.status_code == 401


def test_sessions_come_out_with_their_figures(events: str) -> None:
    activity = planned(events, programme="road-angels", title="+路口")
    for form in ("csv", "xlsx"):
        address = f"{events}/api/activities/export.{form}?programme=road-angels"
        answer = requests.get(address, headers=STAFF, timeout=20)
        assert answer.status_code == 200, answer.text
    found = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    row = next(row for row in found.iter_rows(values_only=True)
               if row[0] == activity["sessions"][0]["id"])
    assert row[2] == "'+路口"
    assert requests.get(address, timeout=10).status_code == 401
    odd = requests.get(f"{address}&to=9999-12-31", headers=STAFF, timeout=10)
    assert odd.status_code == 422


def test_no_bytes_break_the_importer(events: str) -> None:
    activity, chance = planned(events), random.Random(7)
    whole = workbook.write(Table(name="x", columns=[("姓名", 9), ("手机号", 9)],
                                 rows=[["甲甲", "13900000001"]] * 3))
    for _ in range(40):
        raw = bytearray(chance.choice([whole, chance.randbytes(300), "姓名,手机号\n".encode()]))
        for _ in range(chance.randrange(1, 9)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        for kind in (KINDS["csv"], KINDS["xlsx"]):
            status = upload(events, activity, bytes(raw), kind=kind, asked="?dry_run=1").status_code
            assert status < 500, (kind, bytes(raw))


def test_the_doors_describe_files(events: str) -> None:
    paths = requests.get(f"{events}/openapi.json", timeout=10).json()["paths"]
    body = paths["/api/sessions/{session_id}/roster"]["post"]["requestBody"]
    assert set(body["content"]) == {KINDS["csv"], KINDS["xlsx"]}
    assert "/api/sessions/{session_id}/roster.{form}" in paths
