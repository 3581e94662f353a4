"""A call: what is read from a request before a door's method sees it."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, fields

from kernel.staff import MEMBERS
from kernel.web import ANYONE, CASEWORKER, PROVIDER, STAFF, Allow, Call, door
from kernel.web.access import NOBODY, admit
from kernel.web.call import correlation_of, once_of, read_form, read_query, traceparent_of
from kernel.web.problem import Refused

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Words(Schema):
    words = fields.String(required=True)
    times = fields.Integer(load_default=1)


class Settings:
    staff_token = "right"
    caseworker_token = "trusted"
    provider_secret = "shared"
    token_sign_in = True
    staff_tokens = MEMBERS("warden:token-of-the-warden/+=:p-7,"
                           "checker:token-of-the-checker::caseworker:department")


def asked(**headers: str) -> dict[str, Any]:
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return {"REQUEST_METHOD": "POST", "PATH_INFO": "/say", "QUERY_STRING": "", **named}


def test_a_door_without_a_rule_of_access_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="allow"):

        class Http:
            @door("GET", "/")
            def home(self, call: Call) -> None:
                pass


@pytest.mark.parametrize(
    ("allow", "given", "outcome"),
    [
        (ANYONE, None, False), (ANYONE, "Bearer right", True), (ANYONE, "Bearer wrong", 403),
        (ANYONE, "Basic eDp5", False), (STAFF, None, 401), (STAFF, "Bearer wrong", 403),
        (STAFF, "bearer right", True), (STAFF, "Bearer ", 403), (STAFF, "Basic eDp5", 401),
        (STAFF, "Bearer trusted", True), (CASEWORKER, "Bearer right", 403),
        (CASEWORKER, None, 401), (CASEWORKER, "Bearer trusted", True),
    ],
)
def test_who_is_let_in(allow: Allow, given: str | None, outcome: bool | int) -> None:
    environ = asked(authorization=given) if given is not None else asked()
    if isinstance(outcome, bool):
        assert admit(allow, environ, Settings()).staff is outcome
    else:
        with pytest.raises(Refused) as refused:
            admit(allow, environ, Settings())
        assert refused.value.problem.status == outcome


def test_only_caseworkers_see_what_is_confidential() -> None:
    assert not admit(STAFF, asked(authorization="Bearer right"), Settings()).confidential
    assert admit(STAFF, asked(authorization="Bearer trusted"), Settings()).confidential


@pytest.mark.parametrize(("token", "actor", "person_ref", "roles", "confidential"), [
    ("right", "staff", None, set(), False),
    ("trusted", "caseworker", None, {"caseworker"}, True),
    ("token-of-the-warden/+=", "warden", "p-7", set(), False),
    ("token-of-the-checker", "checker", None, {"caseworker", "department"}, True),
])
def test_a_door_knows_who_acts_by_token_and_by_cookie(
        token: str, actor: str, person_ref: str | None, roles: set[str],
        confidential: bool) -> None:
    by_cookie = asked(cookie=f"xiangxin_staff={token}") | {"REQUEST_METHOD": "GET"}
    for environ in (asked(authorization=f"Bearer {token}"), by_cookie):
        rights = admit(STAFF, environ, Settings())
        assert (rights.actor, rights.person_ref) == (actor, person_ref)
        assert (set(rights.roles), rights.confidential) == (roles, confidential)
        assert token not in repr(rights)


def test_a_name_is_no_token() -> None:
    for given in ("warden", "p-7", "checker:token-of-the-checker"):
        with pytest.raises(Refused):
            admit(STAFF, asked(authorization=f"Bearer {given}"), Settings())
    assert admit(ANYONE, asked(), Settings()).actor == ""


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({}, False), ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "cross-site"}, False), ({"sec_fetch_site": "same-site"}, False),
        ({"origin": "http://desk", "host": "desk"}, True),
        ({"origin": "http://elsewhere", "host": "desk"}, False),
    ],
)
def test_a_cookie_opens_a_writing_door_only_from_our_own_pages(
        headers: dict[str, str], outcome: bool) -> None:
    environ = asked(cookie="other=1; xiangxin_staff=right", **headers)
    assert admit(ANYONE, environ, Settings()).staff is outcome
    assert admit(ANYONE, environ | {"REQUEST_METHOD": "GET"}, Settings()).staff


@pytest.mark.parametrize("cookie", ["xiangxin_staff=old", "xiangxin_staff", "a[=1", ""])
def test_a_cookie_that_does_not_hold_counts_as_none(cookie: str) -> None:
    environ = asked(cookie=cookie) | {"REQUEST_METHOD": "GET"}
    assert admit(ANYONE, environ, Settings()) is NOBODY
    with pytest.raises(Refused):
        admit(STAFF, environ, Settings())


def test_a_provider_gives_its_secret_as_token_or_in_the_address() -> None:
    assert admit(PROVIDER, asked(authorization="Bearer shared"), Settings()) is NOBODY
    assert admit(PROVIDER, asked() | {"QUERY_STRING": "id=1&secret=shared"}, Settings()) is NOBODY
    for wrong in (asked(authorization="Bearer right"), asked() | {"QUERY_STRING": "secret=x"}):
        with pytest.raises(Refused) as refused:
            admit(PROVIDER, wrong, Settings())
        assert refused.value.problem.status == 403


def test_a_key_is_scoped_by_door_and_tied_to_what_was_asked() -> None:
    environ = asked(idempotency_key="k")
    first, same = once_of(environ, "say", b"{}"), once_of(environ, "say", b"{}")
    other_body, other_door = once_of(environ, "say", b"[]"), once_of(environ, "shout", b"{}")
    assert first == same and first is not None
    assert other_body is not None and other_body.key == first.key
    assert other_body.fingerprint != first.fingerprint
    assert other_door is not None and other_door.key != first.key


def test_no_key_is_no_once() -> None:
    assert once_of(asked(), "say", b"") is None


def test_a_correlation_is_kept_when_harmless() -> None:
    assert correlation_of(asked(x_correlation_id="abc-1")) == "abc-1"
    assert correlation_of(asked(x_correlation_id="a\tb")) != "a\tb"
    assert correlation_of(asked()) != correlation_of(asked())


def test_a_trace_context_is_passed_on_when_well_formed() -> None:
    assert traceparent_of(asked(traceparent=TRACE)) == TRACE
    for broken in ("", "x", TRACE + "0", TRACE.replace("4", "g"), "00-" + "0" * 32 + TRACE[35:]):
        assert traceparent_of(asked(traceparent=broken)) is None


def test_a_query_is_loaded_and_unknown_parameters_are_refused() -> None:
    environ = asked() | {"QUERY_STRING": "words=%E4%BD%A0&times=2"}
    assert read_query(environ, Words()) == {"words": "你", "times": 2}
    with pytest.raises(Refused):
        read_query(asked() | {"QUERY_STRING": "words=a&page=1"}, Words())


def test_a_form_gives_values_or_faults_but_always_what_was_typed() -> None:
    good = read_form(b"words=+hi+&times=", Words())
    assert (good.values, good.errors) == ({"words": "hi", "times": 1}, {})
    bad = read_form(b"words=&times=x", Words())
    assert bad.values is None and set(bad.errors) == {"words", "times"}
    assert bad.typed == {"words": "", "times": "x"}
