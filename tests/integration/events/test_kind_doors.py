"""The doors of benefits, visits, work lists and stations, as users and other systems call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from ops.season.doors import Addresses, Doors
from ops.season.plan import plan
from ops.season.play import play
from ops.season.published import read_published
from tests.rig.events import CASEWORKER_TOKEN, TOKEN, Running, open_events

RIDER = {"person_ref": "rider-900", "occupation": "快递员"}
MEAL = {"person_ref": "rider-900", "window": "window-1", "street": "大鹏",
        "at": "2026-03-02T12:00:00+08:00"}


@pytest.fixture(scope="module")
def events(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with open_events(mongodb_uri, tmp_path_factory.mktemp("events")) as running:
        yield running


def call(events: Running, method: str, path: str, *, token: str | None = None,
         **options: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or TOKEN}"}
    url = f"{events.address}/api/programmes{path}"
    return requests.request(method, url, headers=headers, timeout=10, **options)


def test_the_public_list_says_what_each_kind_offers(events: Running) -> None:
    listed = requests.get(f"{events.address}/api/programmes", timeout=10).json()
    found = {each["key"]: each for each in listed}
    assert len(found) == 25
    assert {"key", "title", "wing", "owner", "kind"} <= set(found["youth-night"])
    assert [each["key"] for each in found["warm-bee"]["windows"]] == [
        "window-1", "window-2", "window-3"
    ]
    opening = found["calm-station"]["stations"][0]["weekly"][0]
    assert opening == {"day": "周一", "from": "09:00", "to": "12:00", "places": 1}
    assert found["road-angels"]["posts"][2] == {
        "key": "lead", "title": "带队", "needs": "crew-lead", "needs_title": "志愿服务满 50 小时"
    }
    assert (found["road-angels"]["min_crew"], found["youth-night"]["min_crew"]) == (4, None)


def test_a_benefit_asks_for_entitlement_window_and_limit_in_clear_codes(events: Running) -> None:
    def meal(**change: str) -> requests.Response:
        return call(events, "POST", "/warm-bee/redemptions", json={**MEAL, **change})

    assert (meal().status_code, meal().json()["code"]) == (409, "not_entitled")
    wrong = call(events, "POST", "/warm-bee/entitlements", json={**RIDER, "occupation": "教师"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_occupation")
    granted = call(events, "POST", "/warm-bee/entitlements", json=RIDER)
    assert granted.status_code == 201
    assert meal(window="window-9").json()["code"] == "unknown_window"
    assert list(meal(window="window-9").json()["errors"]) == ["window"]
    assert meal().status_code == 201
    assert meal().json()["code"] == "window_limit_reached"
    assert meal(window="window-2").status_code == 201
    assert meal(window="window-3").json()["code"] == "daily_limit_reached"
    path = f"/warm-bee/entitlements/{granted.json()['id']}"
    assert [call(events, "DELETE", path).status_code for _ in range(2)] == [204, 204]
    today = {"at": datetime.now(UTC).isoformat()}
    assert meal(**today).json()["code"] == "not_entitled"
    listed = call(events, "GET", "/warm-bee/entitlements", params={"person_ref": "rider-900"})
    assert [each["occupation"] for each in listed.json()] == ["快递员"]
    assert listed.json()[0]["revoked_at"]
    days = {"from": "2026-03-02", "to": "2026-03-02"}
    assert len(call(events, "GET", "/warm-bee/redemptions", params=days).json()) == 2


def test_a_work_item_goes_from_open_to_done_and_back(events: Running) -> None:
    item = {"item": "读书班", "category": "党课", "state": "open", "day": "2021-09-01",
            "due_on": "2021-09-30", "owner": "团委"}
    wrong = call(events, "POST", "/three-meetings/work-items", json={**item, "category": "x"})
    assert wrong.json()["code"] == "unknown_category"
    item_id = call(events, "POST", "/three-meetings/work-items", json=item).json()["id"]
    late = call(events, "GET", "/three-meetings/work-items",
                params={"state": "open", "owner": "团委", "overdue": "true"}).json()
    assert [(each["id"], each["overdue"], each["due_on"]) for each in late] == [
        (item_id, True, "2021-09-30")
    ]
    state = f"/three-meetings/work-items/{item_id}/state"
    assert call(events, "POST", state, json={"state": "done"}).json()["code"] == "evidence_needed"
    done = call(events, "POST", state, json={"state": "done", "evidence": "记录 1"}).json()
    assert (done["state"], done["overdue"], done["evidence"]) == ("done", False, "记录 1")
    assert call(events, "POST", state, json={"state": "open"}).json()["code"] == "reason_needed"
    again = call(events, "POST", state, json={"state": "open", "reason": "补充", "by": "s-1"})
    assert [each["after"].get("state") for each in again.json()["changes"]] == [
        "open", "done", "open"
    ]
    assert again.json()["changes"][-1]["by"] == "s-1"
    assert call(events, "POST", f"{state[:-6]}x/state", json={"state": "open"}).status_code == 404


def test_visits_carry_goods_and_no_name(events: Running) -> None:
    visit = {"household_ref": "hh-9001", "street": "大鹏", "day": "2020-05-01",
             "goods": [{"name": "大米", "quantity": 2}, {"name": "慰问信"}]}
    assert call(events, "POST", "/hardship-visits/visits", json=visit).status_code == 201
    for name in ("王小明", "13900000001", "11010519491231002X"):
        wrong = call(events, "POST", "/hardship-visits/visits",
                     json={**visit, "household_ref": name})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["household_ref"])
    days = {"from": "2020-05-01", "to": "2020-05-31"}
    [found] = call(events, "GET", "/hardship-visits/visits", params=days).json()
    assert found["goods"] == [{"name": "大米", "quantity": 2}, {"name": "慰问信", "quantity": 1}]
    assert call(events, "GET", "/youth-night/visits").json()["code"] == "wrong_kind"


def test_lists_of_a_confidential_programme_are_for_caseworkers(events: Running) -> None:
    refused = call(events, "GET", "/growth-camp/visits")
    assert (refused.status_code, refused.json()["code"]) == (403, "caseworker_needed")
    shown = call(events, "GET", "/growth-camp/visits", token=CASEWORKER_TOKEN)
    assert shown.json()["code"] == "wrong_kind"


def test_a_station_is_planned_once_however_often_it_is_asked(events: Running) -> None:
    order = {"station": "lawyer-dapeng", "first_day": "2040-09-03", "last_day": "2040-09-09"}
    first, again = (call(events, "POST", "/rights-shield/slots", json=order).json()
                    for _ in range(2))
    assert [each["day"] for each in first["planned"]] == ["2040-09-04", "2040-09-06"]
    assert (again["planned"], len(again["already"]), again["provisional"]) == ([], 2, [2040])
    listed = requests.get(f"{events.address}/api/activities",
                          params={"programme": "rights-shield"}, timeout=10).json()
    assert [len(each["sessions"]) for each in listed] == [6, 6]
    wrong = call(events, "POST", "/rights-shield/slots", json={**order, "station": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_station")
    long = call(events, "POST", "/rights-shield/slots", json={**order, "last_day": "2041-09-09"})
    assert list(long.json()["errors"]) == ["last_day"]


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/x/entitlements"), ("GET", "/x/entitlements"), ("DELETE", "/x/entitlements/y"),
    ("POST", "/x/slots"), ("GET", "/x/visits"), ("GET", "/x/redemptions"),
    ("GET", "/x/work-items"), ("POST", "/x/work-items/y/state"),
])
def test_doors_of_the_kinds_stay_shut_without_the_token(events: Running, method: str,
                                                        path: str) -> None:
    url = f"{events.address}/api/programmes{path}"
    assert requests.request(method, url, json={}, timeout=10).status_code == 401
    assert call(events, method, path, token="guess", json={}).status_code == 403


def test_the_records_of_the_season_go_through_the_doors_once(events: Running) -> None:
    season = replace(plan(read_published()), activities=())
    addresses = Addresses(events=events.address, volunteers="", notifications="", stats="",
                          staff_token=TOKEN)
    for _ in range(2):
        play(season, Doors(addresses))
    days = {"from": "2021-01-01", "to": "2021-09-30"}
    redeemed = call(events, "GET", "/warm-bee/redemptions", params=days).json()
    visited = call(events, "GET", "/hardship-visits/visits", params=days).json()
    items = call(events, "GET", "/party-history/work-items").json()
    assert (len(redeemed), len({each["window"] for each in redeemed})) == (120, 3)
    assert len({each["household_ref"] for each in visited}) == 203
    assert (len(items), len({each["category"] for each in items})) == (71, 4)
    assert all(each["evidence"] for each in items if each["state"] == "done")
