"""Every door of every service × every kind of caller: let in, or refused as the rule says."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from kernel.tries import Tries
from kernel.web import ANYONE, AUDITOR, CASEWORKER, PROVIDER, STAFF, Allow, Door, Refused, door
from kernel.web.access import SAFE_METHODS
from ops.doors.callers import CALLERS, Tokens, by_cookie, by_token
from ops.doors.listing import SERVICES, Listed, doors, faults
from ops.doors.page import page

ROOT = Path(__file__).resolve().parents[3]
DOORS = doors()
IN, UNKNOWN, WRONG = (0, ""), (401, "token_required"), (403, "token_refused")
ELSEWHERE = (403, "other_origin")
WEAK = {CASEWORKER: (403, "caseworker_needed"), AUDITOR: (403, "auditor_needed")}
PLAIN = {"staff", "member", "organisation", "department"}
MORE = {"caseworker": CASEWORKER, "caseworking member": CASEWORKER, "auditor": AUDITOR}


def wanted(allow: Allow, who: str) -> tuple[int, str]:
    """What the rule means for who comes with a token in the header."""
    if who == "nobody":
        return IN if allow is ANYONE else UNKNOWN
    if allow is PROVIDER:
        return IN if who == "provider" else WRONG
    if who not in PLAIN and who not in MORE:
        return WRONG
    return IN if MORE.get(who) is allow else WEAK.get(allow, IN)


def answered(door: Door, environ: Mapping[str, Any]) -> tuple[int, str]:
    """The refusal of a caller, by the way that a request takes; what it lacks else counts not."""
    asked: Any = copy(door)
    asked.settings = Tokens
    try:
        asked._read({**environ, "REMOTE_ADDR": "10.0.0.1"}, b"")
    except Refused as refused:
        found = (refused.problem.status, refused.problem.code)
        return found if found in {UNKNOWN, WRONG, ELSEWHERE, *WEAK.values()} else IN
    return IN


def test_there_are_doors_of_every_service_and_rule() -> None:
    assert {one.service for one in DOORS} == set(SERVICES) and len(DOORS) > 300
    assert {one.door.allow for one in DOORS} >= {ANYONE, STAFF, CASEWORKER, AUDITOR, PROVIDER}


def test_every_door_answers_every_caller_as_its_rule_says() -> None:
    unlike = {
        (one.service, one.address, who): answer
        for one in DOORS for who, token in CALLERS.items()
        if (answer := answered(one.door, by_token(one.door, token)))
        != wanted(one.door.allow, who)
    }
    assert not unlike


def test_a_browser_that_keeps_a_token_is_let_in_like_the_token() -> None:
    """A cookie that does not hold counts as none; a provider has no browser."""
    unlike = {}
    for one in (each for each in DOORS if each.door.allow is not PROVIDER):
        for who, token in CALLERS.items():
            answer = answered(one.door, by_cookie(one.door, token or ""))
            like = who if who in PLAIN | MORE.keys() else "nobody"
            if answer != wanted(one.door.allow, like):
                unlike[one.service, one.address, who] = answer
    assert not unlike


def test_a_form_of_another_site_opens_nothing_and_is_told_so() -> None:
    writing = [one for one in DOORS if one.door.method != "GET" and one.door.allow is not PROVIDER]
    assert len(writing) > 100
    for one in writing:
        environ = by_cookie(one.door, Tokens.caseworker_token, site="cross-site")
        told = answered(one.door, environ)
        assert told == (IN if one.door.allow is ANYONE else ELSEWHERE), one.address


def test_staff_places_are_the_staffs_and_every_open_door_says_why() -> None:
    assert list(faults(DOORS)) == []


def test_the_table_to_sign_is_fresh() -> None:
    kept = (ROOT / "docs" / "doors.md").read_text("utf-8")
    assert kept == page(DOORS), "run python -m ops.doors"


class Few(Tokens):
    """One order a minute."""

    writes_per_address = 1


def test_every_open_door_that_takes_orders_counts_them_by_address() -> None:
    """Whoever else asks is not counted, nor is looking; staff never are."""
    def second(door: Door, **more: str) -> int:
        asked: Any = copy(door)
        asked.settings, asked.tries = Few, Tries()
        for _ in range(2):
            try:
                asked._read({**by_token(door, None), "REMOTE_ADDR": "10.0.0.1", **more}, b"")
            except Refused as refused:
                status = refused.problem.status
                if refused.problem.code == "too_many_orders":
                    assert int(dict(refused.headers)["Retry-After"]) > 0
                    return status
        return 0

    counted = {one.address for one in DOORS if second(one.door) == 429}
    open_orders = {one.address for one in DOORS if one.door.allow is ANYONE
                   and one.door.method.split(",")[-1] not in SAFE_METHODS}
    assert counted == open_orders and len(counted) > 30
    some = next(one.door for one in DOORS if one.address == "POST /api/corrections")
    assert second(some, HTTP_AUTHORIZATION=f"Bearer {Tokens.staff_token}") == 0


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

    @door("GET", "/staff/known", allow=STAFF)
    def known(self, call: Any) -> None:
        """Known."""


@pytest.mark.parametrize(("name", "reason", "fault"), [
    ("anything", None, "say why in rules.toml under open.stats"),
    ("secrets", "public", "lies among the staff's and is open to everyone"),
    ("told", None, "lies among the staff's and is a provider's"),
    ("known", "public", "is not open, but rules.toml says why it were"),
])
def test_a_new_door_without_a_reason_is_a_fault(name: str, reason: str | None,
                                                fault: str) -> None:
    [entrypoint] = getattr(Stray, name).nameko_entrypoints
    stray = Listed(service="stats", name=name, door=entrypoint, told="", reason=reason, asks=())
    [found] = faults([*DOORS, stray])
    assert fault in found and entrypoint.url in found
