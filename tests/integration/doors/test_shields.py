"""Every answer of every door of every service: what it tells the browser, and its cookies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from kernel.web import STAFF_COOKIE
from kernel.web.shields import NOTHING, PAGE, PAPER, SHIELDS
from ops.doors.listing import Listed, doors
from tests.integration.doors.knocking import knocked
from tests.integration.events.asking import published, signed_up
from tests.rig.events import STAFF
from tests.rig.house import ALL, ALL_TOKEN, House, open_house

KEPT = {  # doors whose answers may be kept, all of them open and without anybody in them
    ("stats", "/api/figures"), ("stats", "/api/figures.<any(csv, xlsx):form>"),
    ("stats", "/api/figures/compared"), ("stats", "/api/goals"), ("stats", "/figures"),
    ("stats", "/live"), ("events", "/staff/desk/worker.js"),
    ("city", "/contracts"), ("city", "/contracts/asyncapi.yaml"),
}
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def house(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(mongodb_uri, tmp_path_factory.mktemp("shields")) as opened:
        yield opened


def unshielded(headers: Mapping[str, str], *, may_be_kept: bool = False) -> list[str]:
    """What is missing or weak in an answer's headers."""
    wrong = [name for name, value in SHIELDS.items()
             if headers.get(name) != value and not (may_be_kept and name == "Cache-Control")]
    kind = headers.get("Content-Type", "").partition(";")[0]
    wanted = {"text/html": PAGE, "text/javascript": PAGE, "application/javascript": PAGE,
              "application/pdf": PAPER}.get(kind, NOTHING)
    if headers.get("Content-Security-Policy") != wanted:
        wrong.append("Content-Security-Policy")
    if kind.startswith("text/") and "charset=utf-8" not in headers["Content-Type"]:
        wrong.append("charset")
    return wrong


def flags_of(answer: requests.Response) -> list[str]:
    """What each cookie of an answer over https lacks."""
    wrong = []
    for line in answer.raw.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(line).items():
            if not (cookie["httponly"] and cookie["secure"] and cookie["path"] == "/"
                    and cookie["samesite"] in ("Strict", "Lax") and not cookie["domain"]):
                wrong.append(f"{name}: {line}")
    return wrong


@pytest.mark.parametrize("who", [{}, ALL], ids=["nobody", "staff"])
def test_every_answer_of_every_door_is_shielded(house: House, who: Mapping[str, str]) -> None:
    found: dict[str, list[str]] = {}
    seen = set()
    for one in doors():
        with knocked(house, one, **who, **HTTPS, Accept="text/html") as answer:
            may_be_kept = (one.service, one.door.url) in KEPT and answer.status_code < 400
            wrong = unshielded(answer.headers, may_be_kept=may_be_kept) + flags_of(answer)
            if "max-age=" not in answer.headers.get("Strict-Transport-Security", ""):
                wrong.append("Strict-Transport-Security")
            if one.reason != "resident":  # they ask everybody else to sign in, staff as well
                seen.add(answer.status_code)
        if wrong:
            found[f"{one.service} {one.address} {answer.status_code}"] = wrong
    assert not found
    assert {200, 404, 422} <= seen and (401 in seen) is (who == {})


def test_what_the_front_answers_itself_is_shielded(house: House) -> None:
    for service, process in house.processes.items():
        for method, path, status in [
            ("GET", "/healthz", 200), ("GET", "/readyz", 200), ("GET", "/openapi.json", 200),
            ("GET", "/static/xiangxin.css", 200), ("GET", "/static/mark.svg", 200),
            ("GET", "/static/staff.js", 200), ("GET", "/static/none.js", 404),
            ("GET", "/nowhere", 404), ("BREW", "/staff", 405), ("HEAD", "/staff", 200),
        ]:
            answer = requests.request(method, process.address + path, timeout=10)
            told = unshielded(answer.headers, may_be_kept=path.startswith("/static/"))
            assert (answer.status_code, told) == (status, []), (service, path)
            assert "Strict-Transport-Security" not in answer.headers  # it came by http
        answer = requests.post(f"{process.address}/staff", data=b"x" * 100_000, timeout=10)
        assert (answer.status_code, unshielded(answer.headers)) == (413, [])


def test_files_pictures_and_pages_of_a_registration_are_shielded(house: House) -> None:
    events = house.address("events")
    activity = published(events)
    told = signed_up(events, activity, 1, **ALL).json()
    page = f"/registrations/{told['registration_id']}"
    for path in (page, f"{page}/ticket", f"{page}/ticket.svg", f"{page}/calendar.ics", "/mine",
                 "/api/rosters/template.xlsx", "/api/activities/export.csv"):
        answer = requests.get(events + path, headers={**STAFF, **HTTPS}, timeout=10)
        assert (answer.status_code, unshielded(answer.headers)) == (200, []), path
        assert flags_of(answer) == [], path


def test_a_registration_is_remembered_in_a_cookie_with_every_flag(house: House) -> None:
    events = house.address("events")
    told = signed_up(events, published(events), 2).json()
    page = f"{events}/registrations/{told['registration_id']}"
    with requests.get(page, headers=HTTPS, timeout=10) as answer:
        assert answer.cookies.get("xiangxin_mine") and flags_of(answer) == []
    with requests.post(f"{events}/mine/forget", headers=HTTPS, timeout=10,
                       allow_redirects=False) as answer:
        assert "Max-Age=0" in answer.headers["Set-Cookie"] and flags_of(answer) == []


def test_the_kept_answers_are_open_ones() -> None:
    """An exception above is a door that shows nobody anything of anybody."""
    by_place: dict[tuple[str, str], Listed] = {(one.service, one.door.url): one for one in doors()}
    assert {by_place[place].reason for place in KEPT} == {"public", "script"}


CHOSEN = "chosen-by-somebody-else-0001"  # put into a browser before its owner signs in


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/\\evil.example",
                                  "/%09/evil.example", "javascript:hit()", "/staff/audit"])
def test_signing_in_takes_up_no_session_of_before_and_leads_nowhere_else(house: House,
                                                                         back: str) -> None:
    for process in house.processes.values():
        before = {"Cookie": f"{STAFF_COOKIE}={CHOSEN}", "Sec-Fetch-Site": "same-origin", **HTTPS}
        form = {"token": ALL_TOKEN, "next": back}
        with requests.post(f"{process.address}/staff", data=form, headers=before, timeout=20,
                           allow_redirects=False) as answer:
            assert answer.status_code == 303 and flags_of(answer) == []
            assert answer.cookies[STAFF_COOKIE] and answer.cookies[STAFF_COOKIE] != CHOSEN
            led_to = urljoin(process.address, answer.headers["Location"])
            assert urlsplit(led_to).netloc == urlsplit(process.address).netloc
        refused = requests.get(f"{process.address}/staff/audit", headers=before, timeout=20)
        assert refused.status_code == 401
