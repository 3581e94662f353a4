"""Nothing of the staff's opens without a token, and nothing confidential shows to plain staff."""

from __future__ import annotations

import json
import logging
from datetime import date
from typing import Any

import pytest
from werkzeug.wrappers import Response

from kernel.rights import rights_of_staff
from kernel.web import STAFF_COOKIE, Allow, Refused
from kernel.web.access import admit
from ops.doors.listing import SIGN_IN
from services.events.domain.broken import UnknownReference
from services.events.domain.person import Guardian, Newcomer
from services.events.usecases.signing_up import sign_up
from tests.acting import TRUSTED
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.console import STAFF, Console, Tokens, all_doors, text

OPEN = SIGN_IN | {"desk_worker"}  # a script, no data
DOORS = all_doors()
PAGES = sorted(name for name, door in DOORS.items() if door.url.startswith("/staff"))
GUARDED = sorted(name for name, door in DOORS.items()
                 if door.allow is not Allow.ANYONE)
SEEN = ("staff_activities", "staff_activity", "staff_session", "change_session_page",
        "close_session_page", "cancel_session_page", "cancel_activity_page", "approvals_page",
        "deadlines_page", "new_activity_page", "list_registrations", "list_approvals")


def test_every_staff_page_wants_a_token() -> None:
    assert len(PAGES) > 15
    assert {name for name in PAGES if DOORS[name].allow is Allow.ANYONE} <= OPEN


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("headers", [
    {}, {"HTTP_COOKIE": f"{STAFF_COOKIE}=wrong"}, {"HTTP_COOKIE": f"{STAFF_COOKIE}="},
])
def test_a_staff_door_without_a_valid_token_is_401(name: str, headers: dict[str, str]) -> None:
    door = DOORS[name]
    with pytest.raises(Refused) as refused:
        admit(door.allow, {"REQUEST_METHOD": door.method.split(",")[0], **headers}, Tokens)
    assert (refused.value.problem.status, refused.value.problem.code) == (401, "token_required")


@pytest.mark.parametrize("name", [n for n in GUARDED if DOORS[n].method != "GET"])
def test_another_sites_form_does_not_act_with_the_staffs_cookie(name: str) -> None:
    environ = {"REQUEST_METHOD": "POST", "HTTP_SEC_FETCH_SITE": "cross-site",
               "HTTP_COOKIE": f"{STAFF_COOKIE}={Tokens.staff_token}"}
    with pytest.raises(Refused):
        admit(DOORS[name].allow, environ, Tokens)


def camp(town: Town) -> dict[str, str]:
    """A confidential session with one party in each state that staff may come across."""
    where = {"session_id": town.session(programme="growth-camp", title="成长营", mode="approval")}
    first, *_ = [town.sign_up(where["session_id"], number) for number in (1, 2, 3)]
    town.cancel(first["registration_id"])
    child = Newcomer(name="测试孩子", phone="13900000009", birth_date=date(2012, 1, 1),
                     guardian=Guardian(name="测试家长", phone="13900000008"))
    sign_up(town.app, where["session_id"], [child], caller=PUBLIC)
    return {**where, "activity_id": town.pool(where["session_id"]).activity_id}


def shown(console: Console, name: str, where: dict[str, str], query: str = "") -> str:
    wanted = {key: value for key, value in where.items() if f":{key}>" in DOORS[name].url}
    answer: Any = console.get(name, query, **wanted)
    if isinstance(answer, Response):
        return text(answer)
    schema = DOORS[name].answer
    assert schema is not None
    return json.dumps(schema.dump(answer), ensure_ascii=False)


def secrets_of(town: Town) -> list[str]:
    people = [str(each["_id"]) for each in town.database["people"].find()]
    return ["测试0", "测试孩子", "测试家长", "1390000", *people]


@pytest.mark.parametrize("name", SEEN)
def test_plain_staff_see_nobody_of_a_confidential_session(name: str) -> None:
    town = Town.in_memory()
    where = camp(town)
    for query in ("", "status=ended") if "status" in _query_of(name) else ("",):
        page = shown(Console(town, STAFF), name, where, query)
        assert [each for each in secrets_of(town) if each in page] == []


def _query_of(name: str) -> set[str]:
    query = DOORS[name].query
    return set(query.fields) if query is not None else set()


def test_caseworkers_see_names_and_nobodys_number(caplog: pytest.LogCaptureFixture) -> None:
    town = Town.in_memory()
    where = camp(town)
    with caplog.at_level(logging.INFO):
        told = shown(Console(town, TRUSTED), "list_registrations", where)
    assert "测试0002" in told and "13900" not in told
    assert "测试孩子" not in told and "等监护人同意" in told  # C-25
    assert "the names of 3 persons were read" in caplog.text and "测试" not in caplog.text


def test_a_list_says_state_and_place_in_line_and_names_only_with_the_right_to_see_them() -> None:
    town = Town.in_memory()
    session_id = town.session(capacity=1)
    for number in (1, 2, 3):
        town.sign_up(session_id, number)
    where = {"session_id": session_id}
    assert "测试0001" in shown(Console(town), "list_registrations", where)
    console = Console(town, rights_of_staff("desk", ["desk"]))
    listed = json.loads(shown(console, "list_registrations", {"session_id": session_id}))
    assert [each["status"] for each in listed] == ["confirmed", "waitlisted", "waitlisted"]
    assert [each.get("position") for each in listed] == [None, 1, 2]
    assert all("names" not in each and "party" not in each for each in listed)
    waiting = shown(console, "list_registrations", {"session_id": session_id}, "status=waitlisted")
    assert len(json.loads(waiting)) == 2


def test_open_decisions_are_told_with_their_deadline() -> None:
    town = Town.in_memory()
    made = town.sign_up(town.session(mode="approval"), 1, 2)
    [told] = json.loads(shown(Console(town), "list_approvals", {}))
    assert (told["registration_id"], told["size"]) == (made["registration_id"], 2)
    assert told["until"].startswith("2021-09-04T04:00") and told["overdue_since"] is None


def test_qualifications_open_posts_that_ask_for_them() -> None:
    town = Town.in_memory()
    ref = town.sign_up(town.session(), 1)["party"][0]
    call = Console(town)._call("PUT", "")
    call.body = DOORS["set_qualifications"].body.load(  # type: ignore[union-attr]
        {"qualifications": ["lifeguard", "driver", "driver"]})
    answer = Console(town).set_qualifications(call, ref)
    assert answer == {"person_ref": ref, "qualifications": ["driver", "lifeguard"]}
    assert town.app.store.people.some([ref])[ref].qualifications == ("driver", "lifeguard")
    with pytest.raises(UnknownReference):
        Console(town).set_qualifications(call, "nobody")


def test_qualifications_are_keys() -> None:
    schema = DOORS["set_qualifications"].body
    assert schema is not None
    assert list(schema.validate({"qualifications": ["有 空格"]})) == ["qualifications"]
    assert list(schema.validate({})) == ["qualifications"]
