"""Serials and codes of certificates guessed at the doors: nothing is learnt, and soon nobody is
answered who guesses (C-22)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.rig.hours import Volunteers, open_hours

DOORS = ("/api/certificates/verify", "/verify")
GUESSES = 30  # of one address in ten minutes, as WRONG_CHECKS_PER_ADDRESS is without a word
EACH_TIME = {"date", "x-correlation-id"}
Paper = tuple[str, str]


@pytest.fixture(scope="module")
def service(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Volunteers]:
    folder = tmp_path_factory.mktemp("guessing")
    with open_hours(mongodb_uri, folder, TRUSTED_PROXIES="1") as opened:
        yield opened


@pytest.fixture(scope="module")
def paper(service: Volunteers) -> Paper:
    """Serial and code of a certificate."""
    service.serve("p1", "测试甲")
    made = requests.post(f"{service.address}/api/people/p1/certificates", json={"name": "测试甲"},
                         timeout=20)
    return made.headers["X-Certificate-Serial"], made.headers["X-Certificate-Code"]


def verified(service: Volunteers, door: str, asked: Paper, address: str) -> requests.Response:
    return requests.get(f"{service.address}{door}", timeout=20,
                        params=dict(zip(("serial", "code"), asked, strict=True)),
                        headers={"X-Forwarded-For": address})


def seen(answer: requests.Response, asked: Paper) -> tuple[Any, ...]:
    """What whoever guesses could compare; without what they typed themselves, and its length."""
    heads = {name.lower(): value for name, value in answer.headers.items()}
    told = answer.text
    for typed in filter(None, asked):
        told = told.replace(typed, "")
    same = {name: value for name, value in heads.items()
            if name not in EACH_TIME | {"content-length"}}
    return answer.status_code, told, tuple(sorted(same.items()))


@pytest.mark.parametrize("door", DOORS)
def test_c_22_known_and_unknown_serials_are_answered_alike(service: Volunteers, paper: Paper,
                                                           door: str) -> None:
    serial, code = paper
    digit = str((int(serial[-1]) + 1) % 10)
    wrong = f"{code[:-1]}{'0' if code[-1] != '0' else '1'}"
    guesses = [(serial, wrong), (f"{serial[:-1]}{digit}", code), ("ZM2026-999999-4", code),
               (serial, "0000-0000-0000-0000-0000"), ("ZM2026-000002-5", wrong), (serial, "$ne")]
    answers = {seen(verified(service, door, asked, "203.0.113.1"), asked) for asked in guesses}
    assert len(answers) == 1 and next(iter(answers))[0] == 404
    assert verified(service, door, paper, "203.0.113.1").status_code == 200


def test_c_22_after_thirty_guesses_the_right_one_is_not_answered_either(service: Volunteers,
                                                                        paper: Paper) -> None:
    """By whichever door; somebody at another address is."""
    statuses = [verified(service, DOORS[number % 2], (paper[0], f"{number:020}"),
                         "203.0.113.2").status_code for number in range(GUESSES)]
    assert set(statuses) == {404}
    for door in DOORS:
        shut = verified(service, door, paper, "203.0.113.2")
        assert shut.status_code == 429 and 0 < int(shut.headers["Retry-After"]) <= 600
        assert "测**" not in shut.text
        assert verified(service, door, paper, "203.0.113.3").status_code == 200
