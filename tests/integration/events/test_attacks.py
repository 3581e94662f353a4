"""Calls that mean harm: never a 5xx, and nothing of them is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from tests.integration.events.asking import published
from tests.integration.events.attacking import (
    example,
    filled,
    kept,
    put,
    raw_status,
    texts,
    written_doors,
)
from tests.rig.events import CASEWORKER, TOKEN, open_events
from tests.unit.events.builders import PROGRAMMES

OPERATORS = [{"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"$where": "sleep(9000)"}, ["$gt", ""]]
WORDS = ["$gt", "[$ne]=1", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "a%00b", "%ff%fe",
         "%ed%a0%80", "%0d%0aX-Y:1", "';--", "{{7*7}}", "%F0%9F%A4%96", "a" * 4000, "%",
         "..;/", "%5c..%5c", "-1", "NaN", "null", "{\"$gt\":\"\"}"]


@pytest.fixture(scope="module")
def own(mongodb_uri: str) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        yield client["test_attacks_events"]


@pytest.fixture(scope="module")
def events(mongodb_uri: str, own: Database[dict[str, Any]],
           tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("attacks")
    given = {"DATABASE_PREFIX": "test_attacks_", "SIGNUPS_PER_ADDRESS": "1000000",
             "TRIES_PER_PERSON": "1000"}
    with open_events(mongodb_uri, folder, programmes=PROGRAMMES, **given) as running:
        yield running.address


@pytest.fixture
def session(events: str) -> str:
    """The id of a session that takes sign-ups, before anything is counted."""
    return str(published(events)["sessions"][0]["id"])


@pytest.fixture
def nothing_kept(session: str, own: Database[dict[str, Any]]) -> Iterator[None]:
    """The test leaves every collection as long as it was."""
    before = kept(own)
    yield
    assert kept(own) == before


def described(events: str) -> Any:
    return requests.get(f"{events}/openapi.json", timeout=10).json()


def posted(events: str, path: str, body: Any, **headers: str) -> requests.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(f"{events}{path}", data=content, timeout=20,
                         headers={**CASEWORKER, "Content-Type": "application/json", **headers})


@pytest.mark.usefixtures("nothing_kept")
def test_no_text_of_any_body_may_be_an_operator(events: str) -> None:
    told = described(events)
    tried = 0
    for method, path, schema in written_doors(told):
        body = example(schema, told)
        places = [] if path.endswith("/batch") else texts(body)  # its scans are read one by one
        for number, place in enumerate(places):
            changed = put(body, place, OPERATORS[number % len(OPERATORS)])
            answer = requests.request(method, f"{events}{filled(path)}", json=changed,
                                      headers=CASEWORKER, timeout=20)
            assert answer.status_code == 422, (method, path, place, answer.text)
            at_fault = answer.json()["errors"]
            dotted = ".".join(map(str, place))
            assert any(f"{name}.".startswith(f"{dotted}.") for name in at_fault), (path, at_fault)
            tried += 1
    assert tried > 60


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("word", WORDS)
def test_no_word_in_a_path_finds_or_breaks_anything(events: str, word: str) -> None:
    for path, methods in described(events)["paths"].items():
        if "{" not in path:
            continue
        target = filled(path, word).encode()
        for method in methods:
            head = b"Host: x\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n"
            status = raw_status(events, method.upper().encode() + b" " + target + b" HTTP/1.1\r\n"
                                + head + b"Content-Length: 0\r\nConnection: close\r\n\r\n")
            fine = {200, 303} if method == "get" else {303}
            assert 400 <= status < 500 or status in fine, (path, status)


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("word", [*WORDS, "0001-01-01", "9999-12-31", "2021-02-29", "2021-W01-1"])
def test_no_word_in_a_query_breaks_anything(events: str, word: str) -> None:
    for path, methods in described(events)["paths"].items():
        for given in methods.get("get", {}).get("parameters", []):
            if given["in"] == "query":
                url = f"{events}{filled(path)}?{given['name']}={word}&{given['name']}[$gt]="
                answer = requests.get(url, headers=CASEWORKER, timeout=20, allow_redirects=False)
                assert answer.status_code < 500, (url, answer.text)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("content", [
    b"[" * 10_000 + b"]" * 10_000, b'{"party":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"party": NaN}', b'{"party": -Infinity}', b'{"party": [1e999]}', b"", b"null", b"[]", b"7",
    b'{"party": [' + b"9" * 60_000 + b"]}", b'{"party": ["\\ud800"]}', b'{"party": ["\xff"]}',
    b'{"party": ["\xed\xa0\x80"]}', b'\xef\xbb\xbf{"party": []}', b'{"party": [], "party": {}}',
    b'{"\\u0000": 1}', b'{"$where": "1"}', b'{"party": ["p1"], "_id": "x"}', b'{"a.b": 1}',
    b"\x00" * 1000, '{"party": []}'.encode("utf-16"), b'{"party": ["p1"]} {}', b"<a/>", b"a=1",
])
def test_no_body_breaks_a_door(events: str, session: str, content: bytes) -> None:
    for path in (f"/api/sessions/{session}/registrations", f"/api/sessions/{session}/close",
                 f"/api/sessions/{session}/scans/batch", "/api/activities"):
        status = posted(events, path, content).status_code
        assert 400 <= status < 500, (path, status)


@pytest.mark.usefixtures("nothing_kept")
def test_one_uploaded_scan_that_is_an_attack_is_refused_by_itself(events: str,
                                                                 session: str) -> None:
    scan = {"ticket": "t", "direction": "in", "nonce": "n", "at": "2031-01-01T10:00:00+08:00"}
    scans = [put(scan, (name,), value) for name in scan for value in (*OPERATORS, 10 ** 400)]
    nested = json.loads("[" * 300 + "]" * 300)
    sent = {"scans": [*scans, *OPERATORS, nested, None, 10 ** 400]}
    answer = posted(events, f"/api/sessions/{session}/scans/batch", sent)
    assert answer.status_code == 200, answer.text
    assert {each["status"] for each in answer.json()["results"]} == {"refused"}


@pytest.mark.usefixtures("nothing_kept")
def test_a_body_of_ten_megabytes_is_refused_by_its_length(events: str) -> None:
    told = described(events)
    for method, path, _ in written_doors(told):
        answer = requests.request(method, f"{events}{filled(path)}", data=b"x" * 10_000_000,
                                  headers=CASEWORKER, timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), path


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data",
                                  "text/xml", "application/xml", "text/plain",
                                  "application/octet-stream", "nonsense", "\xe4", ";;;=", "a/b"])
def test_no_content_type_breaks_a_door(events: str, session: str, kind: str) -> None:
    for path in (f"/api/sessions/{session}/registrations", f"/api/sessions/{session}/roster",
                 f"/activities/{session}", "/staff/activities/new"):
        status = posted(events, path, b"{'party': 1", **{"Content-Type": kind}).status_code
        assert 400 <= status < 500, (path, status)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("moment", [
    "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-23:59",
    "9999-12-31T23:59:59Z", "2031-02-29T10:00:00+08:00", "2031-01-01T24:00:00+08:00",
    "2031-01-01T10:00:60+08:00", "2031-01-01T10:00:00+99:99", "2031-01-01T10:00:00", "-1", "1e9",
])
def test_no_edge_of_the_calendar_breaks_a_door(events: str, session: str, moment: str) -> None:
    day = moment[:10] if moment[:4] in ("0001", "9999") else moment
    dates = {"starts_at": moment, "ends_at": "2199-12-31T23:59:59Z", "capacity": 1}
    activity = {"programme": "youth-night", "title": "t", "place": "p", "street": "s"}
    party = [{"name": "测试", "phone": "13900000001", "birth_date": day}]
    calls = [
        ("/api/activities", {**activity, "sessions": [dates]}),
        (f"/api/sessions/{session}/change", dates),
        (f"/api/sessions/{session}/registrations", {"party": party}),
        (f"/api/sessions/{session}/scans", {"ticket": "t", "direction": "in", "nonce": "n",
                                            "at": moment}),
        ("/api/programmes/hardship-visits/visits", {"household_ref": "h", "street": "s",
                                                    "day": day}),
        ("/api/programmes/warm-bee/entitlements", {"person_ref": "p", "occupation": "o",
                                                   "valid_from": day}),
        ("/api/programmes/youth-night/slots", {"station": "head", "first_day": day,
                                               "last_day": day}),
        ("/api/programmes/party-history/work-items", {"item": "1", "category": "c",
                                                      "state": "open", "day": day}),
    ]
    for path, body in calls:
        answer = posted(events, path, body)
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("fields", [
    b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: +5", b"Content-Length: -1",
    b"Content-Length: 5, 5", b"Content-Length: " + b"9" * 5000, b"Content-Length: 0x5",
    b"Content-Length: \xb2", b"Content-Length : 5", b" Content-Length: 5",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"Content-Length: 5\r\n folded",
    b"Transfer_Encoding: chunked\r\nContent-Length: 0", b"X: a\x00b", b"X: " + b"a" * 70_000,
    b"Host: a\r\nHost: b", b"Cookie: xiangxin_staff=\xff\xfe; =;;", b"X-Correlation-Id: \xff",
    b"Idempotency-Key: " + b"k" * 5000, b"Idempotency-Key: \xff", b"Authorization: Bearer \xff",
    b"Traceparent: 00-" + b"0" * 32, b"Accept: \xff", b"X-Forwarded-For: ::::,999.1.1.1",
    b"\r\n".join(b"X-%d: 1" % number for number in range(300)), b"Expect: 200-nonsense",
])
def test_no_header_breaks_the_front(events: str, session: str, fields: bytes) -> None:
    for line in (b"POST /api/sessions/%s/registrations" % session.encode(), b"GET /api/approvals",
                 b"POST /staff", b"DELETE /api/registrations/x"):
        status = raw_status(events, line + b" HTTP/1.1\r\n" + fields + b"\r\n\r\nhello"
                            + b"GET /api/approvals HTTP/1.1\r\n\r\n")
        assert status == 0 or 400 <= status < 500 or status == 200, (line, status)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("line", [
    b"GET", b"GET /", b"GET / HTTP/9.9", b"get / HTTP/1.1", b"GET  / HTTP/1.1", b"\x00 / HTTP/1.1",
    b"GET http://other/ HTTP/1.1", b"GET //other HTTP/1.1", b"CONNECT a:1 HTTP/1.1",
    b"OPTIONS * HTTP/1.1", b"TRACE / HTTP/1.1", b"GET /" + b"a" * 70_000 + b" HTTP/1.1",
    b"GET /api/../api/approvals HTTP/1.1", b"GET /static/..%2f..%2fdoor.py HTTP/1.1",
    b"GET /static/%00 HTTP/1.1", b"GET /%c0%ae%c0%ae/ HTTP/1.1", b"GET /?%ff=%00&=&&&= HTTP/1.1",
    b"HEAD /api/activities HTTP/1.1", b"PATCH /api/activities HTTP/1.1", b"\xff\xfe HTTP/1.1",
])
def test_no_request_line_breaks_the_front(events: str, line: bytes) -> None:
    status = raw_status(events, line + b"\r\nConnection: close\r\n\r\n")
    assert status < 500, status
