"""Doors that are audited, on a running service: who did what, and what never gets into the log."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import requests

from kernel.audit.book import Book
from kernel.clock import local_day, system_clock
from services.volunteers.usecases import credit_hours
from tests.rig.office import LI_TOKEN, WANG_TOKEN, Office, open_office
from tests.unit.volunteers.builders import told, visit

NUMBERS = count()
YESTERDAY = (local_day(system_clock()) - timedelta(days=1)).isoformat()
CANARY, NUMBER = "金丝雀", "13900007777"


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("audited")
    with open_office(mongodb_uri, "audited_", folder) as opened:
        yield opened


def call(office: Office, method: str, path: str, token: str | None = None,
         **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= more.pop("headers", {})
    return requests.request(method, office.address + path, headers=headers, timeout=30,
                            allow_redirects=False, **more)


def book(office: Office) -> Book:
    return Book(office.app.transactions.database)


def since(office: Office, number: int) -> list[dict[str, Any]]:
    return book(office).since(number, limit=100)


def decided(office: Office) -> str:
    """A request by Li and Wang's word on it, both with words of a person; the request."""
    id = f"s{next(NUMBERS)}"
    credit_hours(office.app, told(*visit("07:30", "09:00", id=id, who=id, day=YESTERDAY)))
    entry = call(office, "GET", f"/api/people/{id}/hours").json()["entries"][0]["entry_id"]
    asked = call(office, "POST", "/api/corrections", LI_TOKEN, json={
        "person_ref": id, "session_id": id, "kind": "correction", "entry_id": entry,
        "wanted": {"minutes": 60}, "reason": CANARY})
    assert asked.status_code == 201, asked.text
    name = asked.json()["correction_id"]
    word = {"approve": True, "reason": CANARY}
    own = call(office, "POST", f"/api/corrections/{name}/decision", LI_TOKEN, json=word)
    assert (own.status_code, own.json()["code"]) == (403, "self_made")
    done = call(office, "POST", f"/api/corrections/{name}/decision", WANG_TOKEN, json=word)
    assert done.status_code == 200, done.text
    return str(name)


def test_a_decision_is_kept_with_who_what_before_and_after_and_so_is_a_refusal(
        office: Office) -> None:
    start = book(office).head()["number"]
    place = f"POST /api/corrections/{decided(office)}/decision"
    refused, done = since(office, start)
    assert (refused["kind"], refused["by"], refused["code"]) == ("refused", "li", "self_made")
    assert (done["kind"], done["by"]) == ("changed", "wang")
    assert done["roles"] == ["auditor", "caseworker", "department", "operator"]
    assert refused["place"] == done["place"] == place and done["address"] == "127.0.0.1"
    assert done["before"] == {"state": "pending"}
    assert done["after"] | {"person_ref": ""} == {"state": "approved", "minutes": 60,
                                                  "person_ref": ""}


def test_c_28_a_caseworkers_read_is_kept_even_where_nothing_is_written(office: Office) -> None:
    start = book(office).head()["number"]
    assert call(office, "GET", "/api/volunteers/recoveries", WANG_TOKEN).status_code == 200
    assert call(office, "GET", "/api/volunteers/nobody/record", WANG_TOKEN).status_code == 404
    assert call(office, "GET", "/api/corrections", WANG_TOKEN).status_code == 200
    [row] = since(office, start)
    assert (row["kind"], row["by"], row["place"]) == ("read", "wang",
                                                      "GET /api/volunteers/recoveries")


def test_what_is_refused_is_kept_without_the_token_that_was_tried(office: Office) -> None:
    start = book(office).head()["number"]
    tried = "a-token-of-nobody-0001"
    assert call(office, "GET", f"/staff/volunteers/{NUMBER}", tried).status_code == 403
    assert call(office, "GET", "/api/volunteers/recoveries", LI_TOKEN).status_code == 403
    assert call(office, "GET", "/api/audit", LI_TOKEN).json()["code"] == "auditor_needed"
    assert call(office, "GET", "/api/audit").status_code == 401
    rows = since(office, start)
    assert [(row["kind"], row["by"], row["code"]) for row in rows] == [
        ("refused", "", "token_refused"), ("refused", "li", "caseworker_needed"),
        ("refused", "li", "auditor_needed"),
    ]
    assert rows[0]["place"] == "GET /staff/volunteers/139***" and tried not in str(rows)


def test_who_signs_in_and_out_is_kept_and_who_could_not(office: Office) -> None:
    start = book(office).head()["number"]
    here = {"Sec-Fetch-Site": "same-origin"}
    wrong = call(office, "POST", "/staff", headers=here, data={"token": "wrong-token-00001"})
    right = call(office, "POST", "/staff", headers=here, data={"token": LI_TOKEN})
    assert (wrong.status_code, right.status_code) == (403, 303)
    out = call(office, "POST", "/staff/sign-out", cookies=right.cookies, headers=here)
    assert out.status_code == 303
    told = [(row["kind"], row["by"]) for row in since(office, start)]
    assert told == [("sign_in_refused", ""), ("signed_in", "li"), ("signed_out", "li")]


def test_an_auditor_sees_the_rows_and_can_check_the_chain_alone(office: Office) -> None:
    decided(office)
    lines = call(office, "GET", "/api/audit.jsonl?limit=10000", WANG_TOKEN)
    rows = [json.loads(line) for line in lines.text.splitlines()]
    before = "0" * 64
    for row in rows:
        content = {name: value for name, value in row.items() if name != "hash"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert row["previous"] == before
        before = hashlib.sha256(text.encode()).hexdigest()
        assert row["hash"] == before
    told = call(office, "GET", "/api/audit?since=2&limit=1", WANG_TOKEN).json()
    assert [row["number"] for row in told["rows"]] == [3] and told["number"] > len(rows)
    sheet = call(office, "GET", "/api/audit.csv", WANG_TOKEN)
    assert len(list(csv.reader(sheet.text.splitlines()))) > len(rows)
    page = call(office, "GET", "/staff/audit?by=wang&kind=changed", WANG_TOKEN)
    assert page.status_code == 200 and "/decision" in page.text and "wang" in page.text
    assert call(office, "GET", "/staff/audit?first=2031-01-01", WANG_TOKEN).text.count("<tr>") == 0
    for text in (lines.text, sheet.text, page.text):
        assert CANARY not in text and NUMBER not in text
    assert list(book(office).faults()) == []
