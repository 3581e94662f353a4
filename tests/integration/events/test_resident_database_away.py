"""Signing in while the database is away: 503 that says when to come back, and nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from kernel.envelope import parse
from kernel.outbox import all_rows, opened
from tests.integration.kernel.servers import OwnDatabase
from tests.rig.events import Running, open_events
from tests.unit.events.builders import PROGRAMMES
from tests.waiting import eventually

PHONE = "13900000001"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OwnDatabase]:
    with OwnDatabase(tmp_path / "own") as started:
        yield started
        started.thaw()


@pytest.fixture
def events(server: OwnDatabase, tmp_path: Path) -> Iterator[Running]:
    with open_events(server.uri, tmp_path, programmes=PROGRAMMES) as running:
        yield running
        server.thaw()


def post(events: Running, browser: requests.Session, path: str, **form: str) -> requests.Response:
    return browser.post(f"{events.address}{path}", data=form, headers=HERE, timeout=60,
                        allow_redirects=False)


def codes(events: Running) -> list[str]:
    """Those that were made, from the private facts."""
    rows = all_rows(events.app.transactions.database)
    told = [parse(opened(row, events.app.vault)) for row in rows]
    return [str(each.data["code"]) for each in told if each.type == "events.sign_in_code_made.v1"]


def test_nobody_signs_in_while_the_database_is_away_and_everything_goes_on_after(
        server: OwnDatabase, events: Running) -> None:
    browser = requests.Session()
    server.freeze()
    away = post(events, browser, "/sign-in", phone=PHONE)
    assert away.status_code == 503 and int(away.headers["Retry-After"]) > 0
    assert PHONE not in away.text and not browser.cookies
    server.thaw()
    eventually(lambda: _asked(events, browser), within=60)
    [code] = codes(events)
    server.freeze()
    refused = post(events, browser, "/sign-in/code", code=code)
    assert refused.status_code == 503 and "xiangxin_resident" not in browser.cookies
    server.thaw()
    eventually(lambda: _signed_in(events, browser, code), within=60)
    server.freeze()
    mine = browser.get(f"{events.address}/me", timeout=60, allow_redirects=False)
    assert mine.status_code == 503
    server.thaw()
    assert eventually(lambda: _shown(events, browser), within=60)


def _asked(events: Running, browser: requests.Session) -> bool:
    answer = post(events, browser, "/sign-in", phone=PHONE)
    assert answer.status_code in (303, 429), answer.status_code  # 429: an earlier try counted
    return bool(browser.cookies.get("xiangxin_code"))


def _signed_in(events: Running, browser: requests.Session, code: str) -> bool:
    answer = post(events, browser, "/sign-in/code", code=code)
    assert answer.status_code == 303, answer.status_code
    return True


def _shown(events: Running, browser: requests.Session) -> bool:
    answer = browser.get(f"{events.address}/me", timeout=60, allow_redirects=False)
    assert answer.status_code == 200
    return "登录的设备" in answer.text
