"""What a door answers when something is wrong: problem+json with a stable code."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.rig.process import Process


def problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"urn:xiangxin:problem:{code}" and told["title"]
    return told


def post(echo: Process, body: bytes, kind: str = "application/json") -> requests.Response:
    url = f"{echo.address}/say"
    return requests.post(url, data=body, headers={"Content-Type": kind}, timeout=5)


def get(echo: Process, path: str, **headers: str) -> requests.Response:
    return requests.get(echo.address + path, headers=headers, timeout=5)


def test_a_good_body_is_answered_with_what_the_schema_shows(echo: Process) -> None:
    answer = post(echo, '{"words": "你好", "times": 2}'.encode())
    assert answer.status_code == 201
    assert answer.json() == {"words": "你好", "times": 2, "once": None}
    assert answer.headers["X-Correlation-Id"]


def test_an_unknown_path_is_not_found(echo: Process) -> None:
    problem(get(echo, "/nowhere"), 404, "not_found")


def test_a_wrong_method_says_which_ones_are_right(echo: Process) -> None:
    answer = get(echo, "/say")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"words": NaN}', b"\xff\xfe", b'"\\ud800"', b"[" * 60_000, b'{"a":1}x'],
    ids=["empty", "broken", "NaN", "not UTF-8", "half a surrogate", "deep", "trailing"],
)
def test_what_is_not_json_is_refused(echo: Process, body: bytes) -> None:
    problem(post(echo, body), 400, "bad_json")


def test_every_wrong_field_is_named_with_its_reasons(echo: Process) -> None:
    told = problem(post(echo, b'{"times": 99, "hello": 1}'), 422, "invalid_input")
    assert set(told["errors"]) == {"words", "times", "hello"}
    assert all(isinstance(reasons, list) and reasons for reasons in told["errors"].values())


def test_a_body_that_is_no_object_is_invalid_input(echo: Process) -> None:
    told = problem(post(echo, b"[1, 2]"), 422, "invalid_input")
    assert "body" in told["errors"]


def test_a_form_sent_to_a_json_door_is_refused(echo: Process) -> None:
    problem(post(echo, b"words=x", "application/x-www-form-urlencoded"), 415,
            "unsupported_media_type")


def test_a_form_door_tells_the_page_what_is_wrong_and_keeps_what_was_typed(echo: Process) -> None:
    answer = requests.post(f"{echo.address}/form", data={"words": "", "times": "x"}, timeout=5)
    told = answer.json()
    assert answer.status_code == 200 and told["values"] is None
    assert set(told["errors"]) == {"words", "times"} and told["typed"]["times"] == "x"


def test_a_rule_that_was_broken_has_its_row_in_the_table(echo: Process) -> None:
    told = problem(get(echo, "/fail/rude"), 409, "rude")
    assert told["title"] == "请文明用语" and told["detail"] == "这样不好"


def test_the_most_specific_row_wins(echo: Process) -> None:
    problem(get(echo, "/fail/very-rude"), 410, "very_rude")


def test_an_unreachable_database_is_503_with_a_time_to_come_back(echo: Process) -> None:
    answer = get(echo, "/fail/unavailable")
    told = problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0 and "detail" not in told


@pytest.mark.parametrize("how", ["bug", "exit", "timeout"])
def test_a_fault_of_ours_tells_nothing_and_ends_nothing(echo: Process, how: str) -> None:
    told = problem(get(echo, f"/fail/{how}"), 500, "internal_error")
    assert "detail" not in told
    assert get(echo, "/who").status_code == 200


def test_a_fault_is_logged_in_one_line_without_telephone_numbers(echo: Process) -> None:
    answer = get(echo, "/fail/bug", **{"X-Correlation-Id": "find-me-again"})
    assert answer.headers["X-Correlation-Id"] == "find-me-again"
    [line] = [line for line in echo.output.splitlines() if "find-me-again" in line]
    assert "KeyError" in line and "139***" in line and "13900000001" not in echo.output


def test_a_person_who_looks_at_a_page_gets_a_page(echo: Process) -> None:
    answer = get(echo, "/nowhere", Accept="text/html,application/xhtml+xml")
    assert answer.status_code == 404 and "没有找到" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_head_is_answered_like_get_without_a_body(echo: Process) -> None:
    answer = requests.head(f"{echo.address}/who", timeout=5)
    assert answer.status_code == 200 and answer.content == b""
