"""The doors of requests, decisions and duties over HTTP: statuses, codes, who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import requests

from kernel.clock import local_day, system_clock
from services.volunteers.usecases import credit_hours
from services.volunteers.usecases.watching import watch_duties
from tests.rig.events import TOKEN
from tests.rig.office import LI_TOKEN, WANG_TOKEN, Office, open_office
from tests.unit.volunteers.builders import at as moment
from tests.unit.volunteers.builders import came, closed, session, told, visit
from tests.unit.volunteers.schedule import scheduled

NUMBERS = count()
YESTERDAY = (local_day(system_clock()) - timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with open_office(mongodb_uri, "doors_of_corrections_", folder) as opened:
        yield opened


def somebody(office: Office, who: str = "") -> tuple[str, str]:
    """Ninety minutes of yesterday: the person and the session."""
    who, id = who or f"p{next(NUMBERS)}", f"s{next(NUMBERS)}"
    credit_hours(office.app, told(*visit("07:30", "09:00", id=id, who=who, day=YESTERDAY)))
    return who, id


def call(office: Office, method: str, path: str, token: str | None = None, key: str | None = None,
         **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["Idempotency-Key"] = key
    return requests.request(method, office.address + path, headers=headers, timeout=20, **more)


def order(office: Office, who: str, id: str, **changes: Any) -> dict[str, Any]:
    entries = call(office, "GET", f"/api/people/{who}/hours").json()["entries"]
    return {"person_ref": who, "session_id": id, "kind": "correction",
            "entry_id": entries[0]["entry_id"], "wanted": {"minutes": 60}, "reason": "提前离开",
            **changes}


def asked(office: Office, who: str, id: str, token: str | None = None) -> str:
    answer = call(office, "POST", "/api/corrections", token, json=order(office, who, id))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["correction_id"])


def decide(office: Office, id: str, token: str | None, **body: Any) -> tuple[int, str | None]:
    answer = call(office, "POST", f"/api/corrections/{id}/decision", token,
                  json={"approve": True, "reason": "已核对", **body})
    return answer.status_code, answer.json().get("code")


def test_c_18_a_request_goes_from_the_volunteer_to_the_ledger(office: Office) -> None:
    who, session_id = somebody(office)
    id = asked(office, who, session_id)
    assert decide(office, id, None) == (401, "token_required")
    assert decide(office, id, WANG_TOKEN, minutes=61) == (422, "more_than_asked")
    assert decide(office, id, WANG_TOKEN) == (200, None)
    assert decide(office, id, LI_TOKEN) == (409, "already_decided")
    hours = call(office, "GET", f"/api/people/{who}/hours").json()
    assert (hours["minutes"], len(hours["entries"])) == (60, 3)
    assert [each["late"] for each in hours["entries"]] == [False] * 3
    shown = call(office, "GET", f"/api/corrections/{id}").json()
    assert (shown["state"], shown["granted"], shown["decision"]) == ("approved", 60, "已核对")
    assert [each["minutes"] for each in shown["before"] + shown["after"]] == [90, 60]
    assert "decided_by" not in shown
    by_staff = call(office, "GET", f"/api/corrections/{id}", LI_TOKEN).json()
    assert (by_staff["made_by"], by_staff["decided_by"]) == ("resident", "wang")


def test_c_17_self_approval_is_403(office: Office) -> None:
    id = asked(office, *somebody(office), LI_TOKEN)
    assert decide(office, id, LI_TOKEN) == (403, "self_made")
    own = asked(office, *somebody(office, "p-li"))
    assert decide(office, own, LI_TOKEN) == (403, "self_concerned")
    shared = asked(office, *somebody(office), TOKEN)
    assert decide(office, shared, TOKEN) == (403, "self_made")
    assert decide(office, id, WANG_TOKEN) == (200, None)


def test_a_request_repeated_with_its_key_is_one_and_another_is_refused(office: Office) -> None:
    who, session_id = somebody(office)
    body = order(office, who, session_id)
    answers = [call(office, "POST", "/api/corrections", key="k1", json=body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    again = call(office, "POST", "/api/corrections", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "already_open")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"kind": "missing", "session_id": "never", "evidence": "photo/1"}, 404,
         "unknown_session"),
        ({"kind": "missing", "evidence": "photo/1"}, 409, "already_recorded"),
        ({"entry_id": "never"}, 404, "unknown_entry"),
        ({"wanted": {"minutes": 91}}, 422, "longer_than_session"),
        ({"wanted": {}}, 422, "invalid_input"),
    ],
)
def test_a_request_that_cannot_be_is_refused_by_its_rule(
    office: Office, changes: dict[str, Any], status: int, code: str
) -> None:
    body = order(office, *somebody(office), **changes)
    if body["kind"] == "missing":
        del body["entry_id"]
    answer = call(office, "POST", "/api/corrections", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_c_05_a_held_stay_is_listed_and_confirmed(office: Office) -> None:
    who, where = f"p{next(NUMBERS)}", session(id=f"s{next(NUMBERS)}", day=YESTERDAY)
    credit_hours(office.app, told(came(moment("07:40", YESTERDAY), where, who),
                                  closed(where=where, who=who)))
    listed = call(office, "GET", "/api/held?reason=missing_check_out", LI_TOKEN).json()["held"]
    [entry_id] = [each["entry_id"] for each in listed if each["person_ref"] == who]
    body = {"minutes": 60, "evidence": "list/3", "reason": "签到表"}
    path = f"/api/held/{entry_id}/confirmation"
    assert call(office, "POST", path, json=body).status_code == 401
    assert call(office, "POST", path, LI_TOKEN, json=body).json()["minutes"] == 60
    again = call(office, "POST", path, LI_TOKEN, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_c_09_a_long_day_is_approved_by_level(office: Office) -> None:
    who = f"p{next(NUMBERS)}"
    for start, end in (("06:00", "12:00"), ("12:00", "19:00")):
        credit_hours(office.app, told(*visit(start, end, id=f"s{next(NUMBERS)}", who=who,
                                             day=YESTERDAY)))
    path, body = f"/api/people/{who}/days/{YESTERDAY}/approval", {"reason": "防汛值守"}
    assert call(office, "POST", path, TOKEN, json=body).json()["code"] == "level_needed"
    assert call(office, "POST", path, LI_TOKEN, json=body).json()["minutes"] == 720
    assert call(office, "POST", path, WANG_TOKEN, json=body).json()["minutes"] == 780
    assert call(office, "POST", path, WANG_TOKEN, json=body).json()["code"] == "nothing_waits"
    wrong = call(office, "POST", f"/api/people/{who}/days/x/approval", LI_TOKEN, json=body)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["day"])


def test_c_19_duties_are_listed_with_days_left(office: Office) -> None:
    id = f"s{next(NUMBERS)}"
    watch_duties(office.app, told(scheduled(session(id=id, day=YESTERDAY))))
    listed = call(office, "GET", "/api/duties?state=due", LI_TOKEN).json()["duties"]
    [found] = [each for each in listed if each["session_id"] == id]
    assert (found["closed"], found["held"], found["requests"]) == (False, 0, 0)
    assert 8 <= found["days_left"] <= 10
    wrong = call(office, "GET", "/api/duties?state=late", LI_TOKEN)
    assert list(wrong.json()["errors"]) == ["state"]
