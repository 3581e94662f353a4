"""Every door of every service × every role and kind of caller: let in, or refused by its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from kernel.rights import ROLES
from kernel.web import (
    ANYONE,
    AUDITOR,
    CASEWORKER,
    CHECKER,
    DEPARTMENT,
    DESK,
    MACHINES,
    OPERATOR,
    ORGANISER,
    PROVIDER,
    STAFF,
    SUBSCRIBER,
    VIEWER,
    Allow,
    Refused,
    door,
)
from kernel.web.scope import EVERYWHERE, of_all
from ops.doors.callers import (
    CALLERS,
    LOGINS,
    Tokens,
    bearers,
    by_cookie,
    by_login,
    by_resident,
    by_token,
)
from ops.doors.listing import SERVICES, Listed, doors, faults
from ops.doors.page import page

ROOT = Path(__file__).resolve().parents[3]
DOORS = doors()
IN, UNKNOWN, WRONG = (0, ""), (401, "token_required"), (403, "token_refused")
ELSEWHERE = (403, "other_origin")
WORK = {VIEWER, DESK, ORGANISER, CHECKER, DEPARTMENT}
OPENS: Mapping[str, set[Allow]] = {  # what a person signs: written out, not read from the code
    "viewer": {VIEWER},
    "desk": {VIEWER, DESK},
    "organiser": {VIEWER, DESK, ORGANISER},
    "checker": {VIEWER, CHECKER},
    "organisation": {VIEWER, CHECKER},
    "department": WORK,
    "caseworker": {VIEWER, CASEWORKER},
    "operator": {VIEWER, OPERATOR},
    "auditor": {AUDITOR},
    "names": set(),
    "member": WORK | {OPERATOR},
    "staff token": WORK | {OPERATOR},
    "caseworker token": WORK | {OPERATOR, CASEWORKER},
}
NEEDED = {
    VIEWER: "viewer_needed", DESK: "desk_needed", ORGANISER: "organiser_needed",
    CHECKER: "checker_needed", DEPARTMENT: "department_needed", CASEWORKER: "caseworker_needed",
    OPERATOR: "operator_needed", AUDITOR: "auditor_needed",
}
BY_RULE = {UNKNOWN, WRONG, ELSEWHERE, *((403, code) for code in NEEDED.values())}


def wanted(one: Listed, who: str) -> tuple[int, str]:
    """What the rule means for who comes with a token in the header."""
    allow = one.door.allow
    if who == "nobody":
        return IN if allow is ANYONE else UNKNOWN
    if allow in MACHINES:
        return IN if who == allow.value else WRONG
    if who == "subscriber" and one.service == "city" and allow is ANYONE:
        return IN  # which gave the token
    if who not in OPENS:
        return WRONG
    is_in = allow in (ANYONE, STAFF) or allow in OPENS[who]
    return IN if is_in else (403, NEEDED[allow])


def answered(one: Listed, environ: Mapping[str, Any]) -> tuple[int, str]:
    """The refusal of a caller, by the way that a request takes; what it lacks else counts not."""
    asked: Any = copy(one.door)
    asked.settings, asked.logins = Tokens, LOGINS
    asked.bearers = bearers if one.knows_bearers else None
    try:
        asked._read({**environ, "REMOTE_ADDR": "10.0.0.1"}, b"")
    except Refused as refused:
        found = (refused.problem.status, refused.problem.code)
        return found if found in BY_RULE else IN
    return IN


def test_there_are_doors_of_every_service_and_rule() -> None:
    assert {one.service for one in DOORS} == set(SERVICES) and len(DOORS) > 300
    assert {one.door.allow for one in DOORS} == set(Allow)
    assert {one.name for one in DOORS if one.door.allow is STAFF} == {
        "own_account_page", "change_own_password", "end_own_logins",  # of one's own account
        "start_page"}
    assert set(OPENS) >= set(ROLES) and set(CALLERS) >= set(OPENS)


def test_every_door_answers_every_role_and_caller_as_its_rule_says() -> None:
    unlike = {
        (one.service, one.address, who): answer
        for one in DOORS for who, token in CALLERS.items()
        if (answer := answered(one, by_token(one.door, token)))
        != wanted(one, who)
    }
    assert not unlike


def test_a_browser_that_signed_in_is_let_in_by_the_roles_of_its_account() -> None:
    unlike = {
        (one.service, one.address, role): answer
        for one in DOORS if one.door.allow not in MACHINES for role in ROLES
        if (answer := answered(one, by_login(one.door, role)))
        != wanted(one, role)
    }
    assert not unlike


def test_a_browser_that_keeps_a_token_is_let_in_like_the_token() -> None:
    """A cookie that does not hold counts as none, and so does a resident's; other systems
    have no browser."""
    unlike = {}
    for one in (each for each in DOORS if each.door.allow not in MACHINES):
        asked = {who: by_cookie(one.door, token or "") for who, token in CALLERS.items()}
        for who, environ in {**asked, "resident": by_resident(one.door)}.items():
            like = who if who in OPENS else "nobody"
            if (answer := answered(one, environ)) != wanted(one, like):
                unlike[one.service, one.address, who] = answer
    assert not unlike


def test_a_form_of_another_site_opens_nothing_and_is_told_so() -> None:
    writing = [one for one in DOORS if one.door.method != "GET" and one.door.allow not in MACHINES]
    assert len(writing) > 100
    for one in writing:
        environ = by_cookie(one.door, Tokens.caseworker_token, site="cross-site")
        told = answered(one, environ)
        assert told == (IN if one.door.allow is ANYONE else ELSEWHERE), one.address


def test_staff_places_are_the_staffs_and_every_door_says_what_it_must() -> None:
    assert list(faults(DOORS)) == []


def test_the_table_to_sign_is_fresh() -> None:
    kept = (ROOT / "docs" / "doors.md").read_text("utf-8")
    assert kept == page(DOORS), "run python -m ops.doors"


def test_pages_ask_only_for_doors_that_there_are() -> None:
    """`may("…")` of a door that is not there is never true: its link would be lost in silence."""
    for service in SERVICES:
        names = {one.name for one in DOORS if one.service == service}
        for template in (ROOT / "services" / service).rglob("*.html"):
            asked = set(re.findall(r'\bmay\("([^"/]+)"\)', template.read_text("utf-8")))
            assert asked <= names, template.name


class Stray:
    """Doors as somebody might add them."""

    @door("GET", "/api/anything", allow=ANYONE)
    def anything(self, call: Any) -> None:
        """Anything."""

    @door("GET", "/staff/secrets", allow=ANYONE)
    def secrets(self, call: Any) -> None:
        """Secrets."""

    @door("POST", "/staff/told", allow=PROVIDER)
    def told(self, call: Any) -> None:
        """Told."""

    @door("GET", "/staff/heard", allow=SUBSCRIBER)
    def heard(self, call: Any) -> None:
        """Heard."""

    @door("GET", "/staff/known", allow=STAFF, scope=of_all)
    def known(self, call: Any) -> None:
        """Known."""

    @door("POST", "/api/changes", allow=DESK)
    def placeless(self, call: Any) -> None:
        """Changes something somewhere."""

    @door("POST", "/api/changes", allow=DESK, scope=EVERYWHERE)
    def boundless(self, call: Any) -> None:
        """Changes something wherever."""


@pytest.mark.parametrize(("name", "reason", "fault"), [
    ("anything", None, "say why in rules.toml under open.stats"),
    ("secrets", "public", "lies among the staff's and is open to everyone"),
    ("told", None, "lies among the staff's and is a provider's"),
    ("heard", None, "lies among the staff's and is a subscriber's"),
    ("known", "public", "is not open, but rules.toml says why it were"),
    ("placeless", None, "does not say where it takes place"),
    ("boundless", None, "say why in rules.toml under unbound.stats"),
])
def test_a_new_door_without_a_rule_or_a_reason_is_a_fault(name: str, reason: str | None,
                                                          fault: str) -> None:
    [entrypoint] = getattr(Stray, name).nameko_entrypoints
    stray = Listed(service="stats", name=name, door=entrypoint, told="", reason=reason, asks=())
    [found] = faults([*DOORS, stray])
    assert fault in found and entrypoint.url in found
