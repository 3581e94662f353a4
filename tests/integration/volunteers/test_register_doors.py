"""The register through its doors, on a real database with a real vault."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from openpyxl import load_workbook

from services.volunteers.texts import texts
from tests.rig.process import Process
from tests.rig.volunteers import CHECKER, RECEPTION, open_volunteers
from tests.unit.volunteers.office import card


@pytest.fixture(scope="module")
def volunteers(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with open_volunteers(mongodb_uri, tmp_path_factory.mktemp("volunteers"),
                         REGISTRATIONS_PER_ADDRESS="1000") as running:
        yield running


def ask(process: Process, method: str, path: str, *, body: Any = None,
        headers: dict[str, str] | None = None) -> requests.Response:
    return requests.request(method, f"{process.address}/api/volunteers{path}", json=body,
                            headers=headers, timeout=15)


def body(number: int, *, born: str = "1990-01-01", **changes: Any) -> dict[str, Any]:
    return {
        "person_ref": f"person-{number}", "name": f"测试{number:04d}",
        "phone": f"139 0000 {number:04d}", "consents": ["id_number"],
        "document": {"type": "resident_id", "number": card(born, number)},
        "text_version": texts().version, **changes,
    }


def registered(process: Process, number: int, **changes: Any) -> dict[str, Any]:
    answer = ask(process, "POST", "", body=body(number, **changes), headers=RECEPTION)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def own(made: dict[str, Any]) -> dict[str, str]:
    return {"Volunteer-Code": made["code"]}


def test_c35_a_second_account_is_refused_and_the_way_back_is_named(volunteers: Process) -> None:
    registered(volunteers, 1)
    again = ask(volunteers, "POST", "", body=body(1, person_ref=None))
    assert (again.status_code, again.json()["code"]) == (409, "already_a_volunteer")
    assert "recoveries" in again.json()["detail"] and "测试" not in again.text


def test_c35_eight_at_once_with_one_document_are_one_volunteer(volunteers: Process) -> None:
    def one(n: int) -> int:
        return ask(volunteers, "POST", "", body=body(2, person_ref=f"person-2-{n}"),
                   headers=RECEPTION).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(one, range(8)))
    assert statuses == [201] + [409] * 7


def test_c33_a_wrong_number_names_the_field_and_not_the_number(volunteers: Process) -> None:
    document = {"type": "resident_id", "number": "440307201102290015"}
    answer = ask(volunteers, "POST", "", body=body(3, document=document))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_document")
    assert list(answer.json()["errors"]) == ["document.number"] and "2011" not in answer.text


def test_c17_the_way_back_is_decided_by_other_eyes(volunteers: Process) -> None:
    made = registered(volunteers, 4)
    asked = {**body(4, person_ref="person-4-new"), "phone": "13900000044"}
    for field in ("consents", "text_version"):
        del asked[field]
    answer = ask(volunteers, "POST", "/recoveries", body=asked, headers=RECEPTION)
    assert answer.status_code == 202, answer.text
    request_id, decision = answer.json()["request_id"], {"approve": True, "reason": "核对原件"}
    address = f"/recoveries/{request_id}/decision"
    assert ask(volunteers, "POST", address, body=decision, headers=RECEPTION).status_code == 403
    waiting = ask(volunteers, "GET", "/recoveries", headers=CHECKER).json()
    assert [each["same_name"] for each in waiting if each["request_id"] == request_id] == [True]
    assert ask(volunteers, "POST", address, body=decision, headers=CHECKER).status_code == 200
    assert ask(volunteers, "GET", f"/recoveries/{request_id}").json()["state"] == "approved"
    shown = ask(volunteers, "GET", f"/{made['volunteer_no']}/own", headers=own(answer.json()))
    assert shown.json()["basic"]["person_refs"] == ["person-4", "person-4-new"]
    assert ask(volunteers, "GET", f"/{made['volunteer_no']}/own",
               headers=own(made)).status_code == 404


def test_c29_one_sees_corrects_downloads_and_deletes_ones_own_data(volunteers: Process) -> None:
    made = registered(volunteers, 5)
    mine, address = own(made), f"/{made['volunteer_no']}/own"
    assert ask(volunteers, "GET", address).json()["code"] == "unknown_volunteer"
    assert ask(volunteers, "PATCH", address, body={"name": "改正"}, headers=mine).json()[
        "corrected"] == ["name"]
    ask(volunteers, "PUT", f"{address}/skills", body={"skills": ["英语"]}, headers=mine)
    shown = ask(volunteers, "GET", address, headers=mine).json()
    assert (shown["basic"]["name"], shown["basic"]["phone"]) == ("改正", "139****0005")
    sheet = ask(volunteers, "GET", f"{address}.csv", headers=mine)
    assert sheet.content.startswith(b"\xef\xbb\xbf") and "英语" in sheet.content.decode()
    assert ask(volunteers, "DELETE", address, headers=mine).status_code == 204
    assert ask(volunteers, "GET", address, headers=mine).status_code == 404


def test_c27_a_consent_taken_back_counts_at_the_next_use(volunteers: Process) -> None:
    made = registered(volunteers, 6)
    mine, address = own(made), f"/{made['volunteer_no']}/own"
    assert ask(volunteers, "GET", address, headers=mine).json()["basic"]["document_number"]
    word = {"purpose": "id_number", "given": False, "version": texts().version}
    assert ask(volunteers, "PUT", f"{address}/consents", body=word, headers=mine).json() == word
    assert ask(volunteers, "GET", address, headers=mine).json()["basic"]["document_number"] is None
    listed = ask(volunteers, "GET", f"{address}/consents", headers=mine).json()
    assert [each["given"] for each in listed] == [False] * 5


def test_staff_record_verify_and_export_in_the_order_of_order_67(volunteers: Process) -> None:
    made = registered(volunteers, 7)
    of = f"/{made['volunteer_no']}"
    paper = {"key": "crew-lead", "title": "带队证", "issued_by": "测试单位", "evidence": "扫描件 1"}
    answer = ask(volunteers, "POST", f"{of}/qualifications", body=paper, headers=RECEPTION)
    assert answer.json()["verified"] is False
    seen = f"{of}/records/{answer.json()['record_id']}/verification"
    proof = {"evidence": "原件"}
    refused = ask(volunteers, "POST", seen, body=proof, headers=RECEPTION)
    assert (refused.status_code, refused.json()["code"]) == (403, "self_made")
    assert ask(volunteers, "POST", seen, body=proof, headers=CHECKER).json()["verified"] is True
    training = {"title": "急救", "organiser": "测试单位", "held_on": "2026-08-01", "minutes": 60,
                "evidence": "名单"}
    assert ask(volunteers, "POST", f"{of}/trainings", body=training,
               headers=RECEPTION).status_code == 201
    [shown] = ask(volunteers, "GET", f"{of}/qualifications", headers=RECEPTION).json()
    assert (shown["standing"], shown["verified_by"]) == ("valid", "checker")
    assert ask(volunteers, "GET", f"{of}/record.xlsx", headers=RECEPTION).status_code == 403
    book = load_workbook(io.BytesIO(
        ask(volunteers, "GET", f"{of}/record.xlsx?reason=存档", headers=CHECKER).content))
    assert book.sheetnames[0] == "第五条 个人基本信息" and len(book.sheetnames) == 6
    [read] = ask(volunteers, "GET", f"{of}/own/reads", headers=own(made)).json()
    assert (read["by"], read["what"], read["reason"]) == ("checker", "xlsx", "存档")


def test_c28_a_minor_opens_with_a_ticket_that_other_eyes_approved(volunteers: Process) -> None:
    guardian = {"name": "测试家长", "phone": "13900000099", "relation": "母亲",
                "text_version": texts().version, "method": "signed_form", "evidence": "表 1"}
    refused = ask(volunteers, "POST", "", body=body(8, born="2016-01-01", guardian=guardian))
    assert refused.json()["code"] == "guardian_consent_needed"
    of = f"/{registered(volunteers, 8, born='2016-01-01', guardian=guardian)['volunteer_no']}"
    assert ask(volunteers, "GET", f"{of}/record", headers=CHECKER).json()["code"] == "ticket_needed"
    ticket = ask(volunteers, "POST", f"{of}/read-tickets", body={"reason": "核对年龄"},
                 headers=CHECKER).json()["request_id"]
    decision = {"approve": True, "reason": "同意"}
    assert ask(volunteers, "POST", f"/read-tickets/{ticket}/decision", body=decision,
               headers=RECEPTION).status_code == 200
    shown = ask(volunteers, "GET", f"{of}/record?ticket={ticket}", headers=CHECKER)
    assert shown.json()["basic"]["name"] == "测试0008" and "测试家长" not in shown.text
    stopped = {"method": "in_person", "evidence": "表 2"}
    assert ask(volunteers, "POST", f"{of}/guardian-withdrawal", body=stopped,
               headers=RECEPTION).json()["state"] == "stopped"
    gone = ask(volunteers, "GET", f"{of}/record?ticket={ticket}", headers=CHECKER)
    assert (gone.status_code, gone.json()["code"]) == (409, "processing_stopped")


def test_c31_what_is_kept_how_long_is_told(volunteers: Process) -> None:
    told = ask(volunteers, "GET", "/retention", headers=RECEPTION).json()
    assert {each["key"]: each["kept_days"] for each in told["classes"]}["requests"] == 90
    done = ask(volunteers, "POST", "/retention/runs", headers=RECEPTION).json()["forgotten"]
    assert done == {"requests": 0, "reads": 0, "stopped": 0}


def test_c30_neither_log_nor_metrics_hold_a_name_or_number(volunteers: Process) -> None:
    registered(volunteers, 9)
    metrics = volunteers.environment["METRICS_BIND"]
    written = volunteers.output + requests.get(f"http://{metrics}/metrics", timeout=5).text
    assert "xiangxin_http_requests_total" in written
    for secret in ("测试", "1390000", card("1990-01-01", 9), "token-of-the"):
        assert secret not in written
