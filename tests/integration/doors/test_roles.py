"""Accounts that signed in, one of each role, at real doors; and members limited to a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import requests

from contracts.events import AccountChanged
from kernel.accounts import Accounts
from kernel.clock import system_clock
from kernel.login_token import Login, Signer
from kernel.rights import ROLES
from kernel.web import ANYONE, CASEWORKER, MACHINES, STAFF_COOKIE
from ops.doors.callers import method_of
from ops.doors.listing import SERVICES, Listed, doors
from tests.integration.doors.knocking import filled
from tests.integration.events.asking import published, signed_up
from tests.places import placed
from tests.rig.house import House, open_house
from tests.unit.architecture.test_doors import BY_RULE, IN, wanted

SEED = bytes(range(32))  # as tests.rig.events makes the keys of logins
AT = {"programme": "youth-night", "street": "大鹏"}
LIMITED = {"inside": {"programmes": (AT["programme"],)}, "elsewhere": {"programmes": ("another",)},
           "in-street": {"streets": (AT["street"],)}, "other-street": {"streets": ("南澳",)}}


@pytest.fixture(scope="module")
def house(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """All services, each of which was told of the accounts."""
    with open_house(mongodb_uri, tmp_path_factory.mktemp("roles")) as opened:
        accounts = {**{role: {"roles": (role,)} for role in ROLES},
                    **{name: {"roles": ("department",), **limits}
                       for name, limits in LIMITED.items()}}
        for service in SERVICES:
            kept = Accounts(opened.database(service))
            for name, given in accounts.items():
                kept.change(told(name, **given), 1, session=None)
        yield opened


def told(name: str, *, roles: tuple[str, ...], programmes: tuple[str, ...] = (),
         streets: tuple[str, ...] = ()) -> AccountChanged:
    return AccountChanged(
        account_id=f"a-{name}", kind="staff", account_name=name, roles=roles, open=True,
        programmes=programmes, streets=streets, person_refs=(),
        logins_from=system_clock() - timedelta(hours=1))


def asked(house: House, one: Listed, who: str, values: Mapping[str, str]) -> requests.Response:
    """What the door answers to the account's browser, with these ids in its address."""
    now = system_clock()
    token = Signer(SEED).sign(Login(login_id=f"l-{who}", account_id=f"a-{who}", kind="staff",
                                    began=now, expires_at=now + timedelta(hours=1)))
    return requests.request(
        method_of(one.door), house.address(one.service) + _path(one, values), timeout=20,
        headers={"Cookie": f"{STAFF_COOKIE}={token}", "Sec-Fetch-Site": "same-origin"},
        allow_redirects=False)


def _path(one: Listed, values: Mapping[str, str]) -> str:
    """The door's path with the values that there are, by name; others are unknown."""
    known = re.sub(r"<string:(\w+)>", lambda match: values.get(match[1], match[0]), one.door.url)
    return filled(known, "unknown")


def said(answer: requests.Response) -> tuple[int, str]:
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code, answer.json()["code"] if "problem+json" in kind else ""


def test_an_account_of_each_role_is_let_in_by_what_the_role_brings(house: House) -> None:
    """At one door of each service and rule: that every door has its rule is shown without servers.
    """
    chosen = {(one.service, one.door.allow): one for one in doors()
              if one.door.allow not in {ANYONE, *MACHINES} and one.door.form is None}
    unlike = {}
    for one in chosen.values():
        for role in ROLES:
            found = said(asked(house, one, role, {}))
            if (found if found in BY_RULE else IN) != wanted(one, role):
                unlike[one.service, one.address, role] = found
    assert len(chosen) > 12 and not unlike


@pytest.fixture(scope="module")
def values(house: House) -> dict[str, Any]:
    """A session with somebody at it, by the names in addresses."""
    address = house.address("events")
    activity = published(address)
    made = signed_up(address, activity, 1).json()
    party = house.database("events")["registrations"].find_one({})
    assert party is not None
    return {"session_id": activity["sessions"][0]["id"], "activity_id": activity["id"],
            "registration_id": made["registration_id"], "person_ref": party["party"][0],
            "key": AT["programme"]}


def test_a_limited_account_looks_within_its_limits_and_not_outside(
        house: House, values: dict[str, Any]) -> None:
    looking = [one for one in placed("events")
               if one.door.method == "GET" and one.door.allow is not CASEWORKER]
    refused = (403, "outside_scope")
    assert len(looking) > 12
    for one in looking:
        assert said(asked(house, one, "elsewhere", values)) == refused, one.address
        assert said(asked(house, one, "inside", values)) != refused, one.address
        if "session_id" in one.door.url:
            assert said(asked(house, one, "other-street", values)) == refused, one.address
            assert said(asked(house, one, "in-street", values)) != refused, one.address


def test_a_limited_account_changes_nothing_outside(house: House, values: dict[str, Any]) -> None:
    changing = [one for one in placed("events") if one.door.method == "POST"
                and one.door.body is None and one.door.allow not in {ANYONE, CASEWORKER}
                and not one.door.accepts and "new" not in one.door.url
                and one.name != "decisions_page"]
    assert len(changing) > 12
    for one in changing:
        for who in ("elsewhere", *(["other-street"] if "session_id" in one.door.url else [])):
            assert said(asked(house, one, who, values)) == (403, "outside_scope"), one.address
    shown = requests.get(f"{house.address('events')}/api/activities/{values['activity_id']}",
                         timeout=20).json()
    assert not shown.get("cancelled_at")
