"""The desk's doors over HTTP: tickets, uploads, lists, search, absences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.rig.events import CASEWORKER, STAFF, open_events
from tests.unit.events.builders import PROGRAMMES


@dataclass(frozen=True)
class Town:
    """The address of a running service; a session begins in ten minutes."""

    address: str

    def ask(self, method: str, path: str, body: Any = None, status: int = 200,
            headers: dict[str, str] | None = STAFF) -> Any:
        answer = requests.request(method, f"{self.address}{path}", json=body, headers=headers,
                                  timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["Content-Type"] else answer

    def session(self, programme: str = "youth-night") -> str:
        starts_at = datetime.now(UTC) + timedelta(minutes=10)
        body = {"programme": programme, "title": "海边音乐会", "place": "所城广场",
                "street": "大鹏", "mode": "first-come", "sessions": [{
                    "starts_at": starts_at.isoformat(), "capacity": 5,
                    "ends_at": (starts_at + timedelta(hours=2)).isoformat()}]}
        made = self.ask("POST", "/api/activities", body, 201)
        return str(made["sessions"][0]["id"])

    def sign_up(self, session_id: str, number: int) -> Any:
        party = [{"name": f"测试{number:04d}", "phone": f"1390000{number:04d}"}]
        return self.ask("POST", f"/api/sessions/{session_id}/registrations", {"party": party}, 201)

    def ticket(self, registration_id: str) -> str:
        page = self.ask("GET", f"/registrations/{registration_id}/ticket", headers=None)
        return str(re.findall(r"XX1\.[0-9a-f.]+", page.text)[0])


@pytest.fixture(scope="module")
def town(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("desk")
    with open_events(mongodb_uri, folder, programmes=PROGRAMMES, NO_SHOW_LIMIT="1") as running:
        yield Town(running.address)
        running.process.stop()
        output = running.process.output
    assert "测试" not in output and "1390000" not in output


def test_a_ticket_is_scanned_and_a_forged_one_refused(town: Town) -> None:
    session_id = town.session()
    ticket = town.ticket(town.sign_up(session_id, 1)["registration_id"])
    scans = f"/api/sessions/{session_id}/scans"
    scan = {"ticket": ticket, "direction": "in", "nonce": "n1", "gate": "东门"}
    assert town.ask("POST", scans, scan)["persons"] == 1
    again = town.ask("POST", scans, {**scan, "nonce": "n2"}, 409)
    assert again["code"] == "already_checked_in"
    forced = town.ask("POST", scans, {**scan, "nonce": "n3", "forced": {"reason": "领队证明"}})
    assert forced["overridden"] == ["already_checked_in"]
    refused = town.ask("POST", scans, {**scan, "ticket": f"{ticket}0", "nonce": "n4"}, 422)
    assert refused["code"] == "bad_ticket"


def test_an_upload_is_answered_scan_by_scan_and_conflicts_are_listed(town: Town) -> None:
    session_id = town.session()
    ticket = town.ticket(town.sign_up(session_id, 1)["registration_id"])
    at = datetime.now(UTC).isoformat()
    scans = [{"ticket": ticket, "direction": "in", "at": at, "nonce": nonce} for nonce in "ab"]
    body = {"gate": "东门", "scans": [*scans, 7]}
    results = town.ask("POST", f"/api/sessions/{session_id}/scans/batch", body)["results"]
    assert [each["status"] for each in results] == ["accepted", "conflict", "refused"]
    [kept] = town.ask("GET", f"/api/sessions/{session_id}/conflicts")["conflicts"]
    assert (kept["nonce"], kept["gate"], kept["first_gate"]) == ("b", "东门", "东门")
    counts = town.ask("GET", f"/api/sessions/{session_id}/desk")
    assert counts == {"expected": 1, "came": 1, "inside": 1}
    many = {"scans": [7] * 501}
    assert town.ask("POST", f"/api/sessions/{session_id}/scans/batch", many, 422)["errors"]


def test_lists_and_searches_are_for_staff_and_confidential_ones_for_caseworkers(
        town: Town) -> None:
    session_id = town.session("growth-camp")
    town.sign_up(session_id, 1)
    desk = f"/api/sessions/{session_id}"
    for path in ("offline-list", "conflicts", "desk"):
        town.ask("GET", f"{desk}/{path}", status=401, headers=None)
    town.ask("POST", f"{desk}/attendees", {"term": "0001"}, 401, headers=None)
    assert len(town.ask("GET", f"{desk}/offline-list")["entries"]) == 1
    refused = town.ask("POST", f"{desk}/attendees", {"term": "0001"}, 403)
    assert refused["code"] == "caseworker_needed"
    found = town.ask("POST", f"{desk}/attendees", {"term": "0001"}, 200, headers=CASEWORKER)
    assert found["attendees"][0]["names"] == ["测试0001"]
    assert town.ask("POST", f"{desk}/attendees", {"term": "x"}, 422)["errors"]


def test_an_absence_is_recorded_appealed_and_decided(town: Town) -> None:
    session_id = town.session()
    [person] = town.sign_up(session_id, 1)["party"]
    report = {"audience": {"online": 5200, "source": "视频号后台"}}
    town.ask("POST", f"/api/sessions/{session_id}/close", report)
    seen = town.ask("GET", f"/api/people/{person}/no-shows")
    [absence] = seen["no_shows"]
    assert (absence["state"], bool(seen["paused_until"])) == ("counted", True)
    door = f"/api/no-shows/{absence['id']}"
    town.ask("POST", f"{door}/appeal", {"text": "孩子那天发烧"}, headers=None)
    seen = town.ask("GET", f"/api/people/{person}/no-shows")
    assert (seen["paused_until"], seen["no_shows"][0]["text"]) == (None, "孩子那天发烧")
    town.ask("POST", f"{door}/decision", {"decision": "upheld", "reason": "理由"}, 401, None)
    decision = {"decision": "upheld", "reason": "没有说明"}
    assert town.ask("POST", f"{door}/decision", decision)["state"] == "upheld"
    assert town.ask("POST", f"{door}/decision", decision, 409)["code"] == "not_appealed"
    assert town.ask("POST", f"{door}/excuse", {"reason": "补交证明"})["state"] == "excused"


def test_the_desk_page_is_staffs_and_the_worker_serves_below_it(town: Town) -> None:
    session_id = town.session()
    town.ask("GET", f"/staff/desk/{session_id}", status=401, headers=None)
    page = town.ask("GET", f"/staff/desk/{session_id}?gate=东门")
    assert "应到" in page.text and 'value="东门"' in page.text
    worker = town.ask("GET", "/staff/desk/worker.js", headers=None)
    assert worker.headers["Content-Type"].startswith("text/javascript")
