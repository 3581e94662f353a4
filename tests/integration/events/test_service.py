"""The service as one process: doors over HTTP, as users and other systems call them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.integration.events.asking import door, published, signed_up
from tests.rig.events import ANY_HOUR, STAFF, open_events
from tests.unit.events.builders import PROGRAMMES


@pytest.fixture(scope="module")
def events(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service with programmes loaded."""
    folder = tmp_path_factory.mktemp("events")
    with open_events(mongodb_uri, folder, programmes=PROGRAMMES, OFFER_HOURS=ANY_HOUR) as running:
        yield running.address


def test_a_registration_lives_from_sign_up_to_cancellation(events: str) -> None:
    activity = published(events, capacity=1)
    first, second = (signed_up(events, activity, number) for number in (21, 22))
    assert (first.status_code, first.json()["status"]) == (201, "confirmed")
    assert (second.json()["status"], second.json()["position"]) == ("waitlisted", 1)
    address = f"{events}/api/registrations"
    gone = requests.delete(f"{address}/{first.json()['registration_id']}", timeout=10)
    assert (gone.status_code, gone.content) == (204, b"")
    promoted = requests.get(f"{address}/{second.json()['registration_id']}", timeout=10).json()
    assert promoted["status"] == "confirmed" and "position" not in promoted
    [session] = requests.get(f"{events}/api/activities/{activity['id']}",
                             timeout=10).json()["sessions"]
    assert (session["places_left"], session["waiting"]) == (0, 0)


def test_the_fault_of_a_telephone_number_names_its_field(events: str) -> None:
    activity = published(events)
    body = {"party": [{"name": "测试", "phone": "12345678901"}]}
    answer = requests.post(f"{door(events, activity)}/registrations", json=body, timeout=10)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == ["party.0.phone"]


@pytest.mark.parametrize(("change", "field"), [
    ({"mode": "raffle"}, "mode"), ({"programme": "nothing"}, "programme"),
    ({"mode": "draw"}, "closes_at"), ({"min_age": 9, "max_age": 8}, "max_age"),
    ({"min_age": -1}, "min_age"), ({"sessions": []}, "sessions"), ({"surprise": 1}, "surprise"),
    ({"seats": [{"key": "a", "title": "a", "pool": "b"}]}, "seats"),
])
def test_an_activity_with_a_fault_is_refused_by_field(events: str, change: dict[str, Any],
                                                      field: str) -> None:
    body = {"programme": "youth-night", "title": "t", "place": "p", "street": "大鹏",
            "sessions": [{"starts_at": "2031-01-01T10:00:00+08:00",
                          "ends_at": "2031-01-01T11:00:00+08:00", "capacity": 1}], **change}
    answer = requests.post(f"{events}/api/activities", json=body, headers=STAFF, timeout=10)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_the_same_key_gives_the_same_answer_and_other_words_are_refused(events: str) -> None:
    activity = published(events)
    first, again = (signed_up(events, activity, 1, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == again.json()
    other = signed_up(events, activity, 2, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_whoever_tries_too_often_is_told_when_to_come_back(events: str) -> None:
    activity = published(events)
    answers = [signed_up(events, activity, 77) for _ in range(7)]
    assert [each.status_code for each in answers] == [201, *[409] * 5, 429]
    assert answers[-1].json()["code"] == "too_many_tries"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_refusals_carry_the_codes_that_others_rely_on(events: str) -> None:
    activity = published(events, capacity=1, has_line=False)
    signed_up(events, activity, 31)
    assert signed_up(events, activity, 31).json()["code"] == "already_registered"
    assert signed_up(events, activity, 32).json()["code"] == "full"
    assert signed_up(events, published(events), 31).json()["code"] == "clash"
    later = published(events, opens_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert signed_up(events, later, 31).json()["code"] == "not_open_yet"
    past = published(events, starts_in=-1)
    assert signed_up(events, past, 31).json()["code"] == "session_closed"
    assert signed_up(events, past, 31, **STAFF).status_code == 201


def test_an_offer_is_accepted_and_what_is_not_offered_is_refused(events: str) -> None:
    activity = published(events, capacity=1, promotion="offer", starts_in=9)
    first, second, third = (signed_up(events, activity, number).json() for number in (41, 42, 43))
    address = f"{events}/api/registrations"
    requests.delete(f"{address}/{first['registration_id']}", timeout=10)
    offered = requests.get(f"{address}/{second['registration_id']}", timeout=10).json()
    assert (offered["status"], bool(offered["until"])) == ("offered", True)
    taken = requests.post(f"{address}/{second['registration_id']}/accept", timeout=10)
    assert (taken.status_code, taken.json()["status"]) == (200, "confirmed")
    none = requests.post(f"{address}/{third['registration_id']}/accept", timeout=10)
    assert (none.status_code, none.json()["code"]) == (409, "offer_expired")


def test_a_series_gives_an_answer_for_each_date(events: str) -> None:
    start = datetime.now(UTC) + timedelta(days=20)
    dates = [start + timedelta(days=n) for n in range(3)]
    sessions = [{"starts_at": each.isoformat(), "capacity": 1,
                 "ends_at": (each + timedelta(hours=1)).isoformat()} for each in dates]
    activity = published(events, sessions=sessions, has_line=False)
    ids = [each["id"] for each in activity["sessions"]]
    party = [{"name": "测试51", "phone": "13900000051"}]
    requests.post(f"{events}/api/sessions/{ids[1]}/registrations", timeout=10,
                  json={"party": [{"name": "测试52", "phone": "13900000052"}]})
    answer = requests.post(f"{events}/api/activities/{activity['id']}/registrations",
                           json={"party": party, "sessions": None}, timeout=10)
    found = [each.get("code") or each["registration"]["status"]
             for each in answer.json()["outcomes"]]
    assert (answer.status_code, found) == (201, ["confirmed", "full", "confirmed"])


def test_a_past_session_is_entered_scanned_and_closed_by_staff(events: str) -> None:
    activity = published(events, starts_in=-2, programme="road-angels")
    made = signed_up(events, activity, 1, **STAFF).json()
    starts_at = activity["sessions"][0]["starts_at"]
    scan = {"ticket": made["registration_id"], "direction": "in", "at": starts_at, "nonce": "n1"}
    answers = [
        requests.post(f"{door(events, activity)}/scans", json=scan, headers=STAFF, timeout=10)
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [200, 200]
    report = {"served": {"count": 188, "method": "路口计数", "reported_by": "staff-1"}}
    closed = requests.post(f"{door(events, activity)}/close", json=report, headers=STAFF,
                           timeout=10)
    assert closed.json()["present"] == 1
    again = requests.post(f"{door(events, activity)}/close", json=report, headers=STAFF,
                          timeout=10)
    assert (again.status_code, again.json()["code"]) == (409, "session_closed")


@pytest.mark.parametrize("path", [
    "/api/activities", "/api/sessions/x/scans", "/api/sessions/x/close",
    "/api/programmes/x/visits", "/api/programmes/x/redemptions", "/api/programmes/x/work-items",
])
def test_staff_doors_stay_shut_without_the_token(events: str, path: str) -> None:
    assert requests.post(f"{events}{path}", json={}, timeout=10).status_code == 401
    wrong = {"Authorization": "Bearer guess"}
    assert requests.post(f"{events}{path}", json={}, headers=wrong, timeout=10).status_code == 403


def test_records_go_through_their_programmes(events: str) -> None:
    def post(path: str, body: dict[str, Any]) -> requests.Response:
        return requests.post(f"{events}/api/programmes/{path}", json=body, headers=STAFF,
                             timeout=10)

    visit = {"household_ref": "hh-1", "street": "大鹏", "day": "2021-09-01"}
    assert post("hardship-visits/visits", visit).status_code == 201
    assert post("warm-bee/visits", visit).json()["code"] == "wrong_kind"
    item = {"item": "细则01", "category": "第1类", "state": "done", "day": "2021-09-01"}
    made = [post("party-history/work-items", item).json()["id"] for _ in range(2)]
    assert made[0] == made[1]


def test_a_resident_signs_up_by_the_page(events: str) -> None:
    activity = published(events)
    page = f"{events}/activities/{activity['id']}"
    assert "海边音乐会" in requests.get(f"{events}/", timeout=10).text
    form = {"session": activity["sessions"][0]["id"], "key": "form-0001",
            "party.0.name": "测试", "party.0.phone": "139 0000 0001"}
    answer = requests.post(page, data=form, timeout=10)
    assert answer.status_code == 200 and "你的位置已确认" in answer.text
    assert "/registrations/" in answer.url


def test_a_wrong_address_is_a_page_in_plain_words(events: str) -> None:
    answer = requests.get(f"{events}/activities/nothing", headers={"Accept": "text/html"},
                          timeout=10)
    assert answer.status_code == 404 and "<h1>" in answer.text


def test_the_doors_are_described(events: str) -> None:
    paths = requests.get(f"{events}/openapi.json", timeout=10).json()["paths"]
    assert "/api/sessions/{session_id}/registrations" in paths
