"""Who may use a door, and what a call carries to the method behind it."""

from __future__ import annotations

import pytest
import requests

from tests.integration.doors.conftest import StartEcho
from tests.rig.process import Process

STAFF = {"Authorization": "Bearer staff-token-of-the-tests"}


def forget(echo: Process, **headers: str) -> requests.Response:
    return requests.delete(f"{echo.address}/words/x", headers=headers, timeout=5)


def test_a_staff_door_asks_for_the_token(echo: Process) -> None:
    answer = forget(echo)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["", "wrong", "staff-token-of-the-tests2", "职工"])
def test_a_wrong_token_is_refused(echo: Process, token: str) -> None:
    answer = forget(echo, Authorization=f"Bearer {token}".encode().decode("latin-1"))
    assert (answer.status_code, answer.json()["code"]) == (403, "token_refused")


def test_the_right_token_opens_the_door(echo: Process) -> None:
    answer = forget(echo, **STAFF)
    assert answer.status_code == 204 and answer.content == b""


def test_an_open_door_knows_staff_and_refuses_a_wrong_token(echo: Process) -> None:
    url = f"{echo.address}/who"
    assert requests.get(url, timeout=5).json()["staff"] is False
    assert requests.get(url, headers=STAFF, timeout=5).json()["staff"] is True
    wrong = requests.get(url, headers={"Authorization": "Bearer old"}, timeout=5)
    assert wrong.status_code == 403


def test_a_member_of_staff_is_known_by_name_with_token_and_cookie(echo: Process) -> None:
    url = f"{echo.address}/who"
    for headers in ({"Authorization": "Bearer token-of-the-warden"},
                    {"Cookie": "xiangxin_staff=token-of-the-warden"}):
        told = requests.get(url, headers=headers, timeout=5).json()
        del told["correlation"]
        assert told == {"staff": True, "actor": "warden", "person": "p-7", "roles": ["department"]}
    assert requests.get(url, headers=STAFF, timeout=5).json()["actor"] == "staff"


def test_a_wrong_member_stops_the_start_and_no_token_is_printed(own_echo: StartEcho) -> None:
    process = own_echo(STAFF_TOKENS="warden:token-of-the-warden::boss").start(ready=False)
    assert process.exit_status(20) != 0
    assert "STAFF_TOKENS: entry 1: a role is not" in process.output
    assert "token-of-the-warden" not in process.output


def test_without_a_token_in_the_settings_staff_doors_stay_shut(own_echo: StartEcho) -> None:
    process = own_echo(STAFF_TOKEN="").start()
    assert forget(process, Authorization="Bearer ").status_code == 403
    assert forget(process, Authorization="Bearer None").status_code == 403


def test_a_provider_without_a_secret_known_to_us_is_refused(echo: Process) -> None:
    url = f"{echo.address}/receipts"
    assert requests.post(url, timeout=5).status_code == 401
    assert requests.post(f"{url}?secret=x", timeout=5).status_code == 403


def say(echo: Process, words: str, key: str) -> requests.Response:
    return requests.post(f"{echo.address}/say", json={"words": words},
                         headers={"Idempotency-Key": key}, timeout=5)


def test_a_key_reaches_the_use_case_with_the_door_and_a_fingerprint(echo: Process) -> None:
    first, again = say(echo, "a", "k-1").json()["once"], say(echo, "a", "k-1").json()["once"]
    other = say(echo, "b", "k-1").json()["once"]
    assert first == again
    assert first.split()[0] == other.split()[0] == "say:k-1"
    assert first.split()[1] != other.split()[1]


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\u00e9"])
def test_a_key_that_is_none_is_refused(echo: Process, key: str) -> None:
    answer = say(echo, "a", key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_a_hostile_correlation_is_replaced(echo: Process) -> None:
    for given in ("x" * 65, "a b", "<script>"):
        answer = requests.get(f"{echo.address}/who", headers={"X-Correlation-Id": given}, timeout=5)
        assert answer.json()["correlation"] != given
