"""Certificates at the doors of a real process on a real database: C-21, C-22, C-23."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.rig.events import STAFF
from tests.rig.hours import UNIT, Volunteers, open_hours

NAME = "测试甲"


@pytest.fixture(scope="module")
def service(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Volunteers]:
    folder = tmp_path_factory.mktemp("certificates")
    with open_hours(mongodb_uri, folder, CERTIFICATES_PER_ADDRESS="100000") as opened:
        yield opened


def issue(service: Volunteers, who: str, key: str | None = None,
          **order: Any) -> requests.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return requests.post(f"{service.address}/api/people/{who}/certificates",
                         json={"name": NAME, **order}, headers=headers, timeout=20)


def verify(service: Volunteers, paper: requests.Response, **other: str) -> requests.Response:
    asked = {"serial": paper.headers["X-Certificate-Serial"],
             "code": paper.headers["X-Certificate-Code"], **other}
    return requests.get(f"{service.address}/api/certificates/verify", params=asked, timeout=20)


def test_c_21_the_door_gives_a_pdf_and_the_same_one_for_the_same_key(service: Volunteers) -> None:
    service.serve("p1", NAME, days=3)
    first, again = issue(service, "p1", "k1"), issue(service, "p1", "k1")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/pdf")
    assert first.content.startswith(b"%PDF-") and first.content == again.content
    other = issue(service, "p1", "k2")
    assert other.headers["X-Certificate-Serial"] != first.headers["X-Certificate-Serial"]


def test_c_21_a_refusal_names_what_is_missing(service: Volunteers) -> None:
    service.serve("idle", NAME, days=0)
    refused = issue(service, "idle")
    assert (refused.status_code, refused.json()["code"]) == (422, "certificate_incomplete")
    assert list(refused.json()["errors"]) == ["service_time"]
    backwards = issue(service, "idle", **{"from": "2026-09-02", "to": "2026-09-01"})
    assert list(backwards.json()["errors"]) == ["to"]


def test_c_22_c_23_valid_then_superseded_then_revoked(service: Volunteers) -> None:
    service.serve("p2", NAME, days=2)
    paper = issue(service, "p2")
    assert verify(service, paper).json() == {
        "status": "valid", "name_masked": "测**", "hours": 3, "issuer": UNIT}
    service.correct("p2-1", "p2", 60)
    assert verify(service, paper).json()["status"] == "superseded"
    serial = paper.headers["X-Certificate-Serial"]
    address = f"{service.address}/api/certificates/{serial}/revocation"
    assert requests.post(address, json={"reason": "冒名"}, timeout=20).status_code == 401
    taken = requests.post(address, json={"reason": "冒名"}, headers=STAFF, timeout=20)
    assert taken.json() == {"serial": serial, "status": "revoked"}
    assert verify(service, paper).json()["status"] == "revoked"
    listed = requests.get(f"{service.address}/api/people/p2/certificates", headers=STAFF,
                          timeout=20)
    assert listed.json()[0] | {"issued_at": "", "revoked_at": ""} == {
        "serial": serial, "status": "revoked", "from": "2026-09-01",
        "to": listed.json()[0]["to"], "minutes": 180, "hours": 3, "issued_at": "",
        "issued_by": "",
        "revoked_at": "", "revoked_by": "staff", "reason": "冒名"}


def test_c_22_unknown_and_wrong_give_the_same_answer(service: Volunteers) -> None:
    service.serve("p3", NAME)
    paper = issue(service, "p3")
    serial = paper.headers["X-Certificate-Serial"]
    one_digit_off = f"{serial[:-1]}{(int(serial[-1]) + 1) % 10}"
    bodies = {verify(service, paper, **other).text for other in (
        {"code": "0000-0000-0000-0000-0000"}, {"serial": one_digit_off},
        {"serial": "ZM2026-999999-4"}, {"serial": "", "code": ""})}
    assert len(bodies) == 1
    assert verify(service, paper, code="").status_code == 404


def test_numbers_are_without_gap_and_twice_for_nobody_when_many_print_at_once(
    service: Volunteers,
) -> None:
    service.serve("p4", NAME)
    before = issue(service, "p4").headers["X-Certificate-Serial"]
    with ThreadPoolExecutor(8) as people:
        papers = list(people.map(lambda n: issue(service, "p4", f"many-{n // 2}"), range(16)))
    assert {paper.status_code for paper in papers} == {200}
    numbers = {int(paper.headers["X-Certificate-Serial"].split("-")[1]) for paper in papers}
    first = int(before.split("-")[1]) + 1
    assert numbers == set(range(first, first + 8))
