"""Who may knock: one caller of each kind, with tokens made up for this, and what a door says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.logins import Logins
from kernel.rights import ROLES, Resident, Rights, rights_of_staff
from kernel.staff import MEMBERS
from kernel.web import RESIDENT_COOKIE, STAFF_COOKIE, Door, Refused
from kernel.web.access import SAFE_METHODS, Bearers, admit

_LONG = "-of-nobody-at-all"


class Tokens:
    """Settings as far as doors read them, with a token of each kind."""

    staff_token = "staff" + _LONG
    caseworker_token = "caseworker" + _LONG
    provider_secret = "provider" + _LONG
    token_sign_in = True
    staff_tokens = MEMBERS(",".join((
        f"member:member{_LONG}", *(f"m-{role}:{role}{_LONG}-too::{role}" for role in ROLES),
    )))


class Known(Logins):
    """Who is signed in with a browser: one account of each role, and a resident."""

    def __init__(self) -> None:
        """It asks nobody."""

    def staff(self, token: str) -> Rights | None:
        role = token.removesuffix("-signed-in")
        return rights_of_staff(role, [role]) if role in ROLES and role != token else None

    def resident(self, token: str) -> Resident | None:
        return Resident(account_id="r", login_id="l", person_refs=("p",))


LOGINS = Known()
SUBSCRIBER = "subscriber" + _LONG


def bearers(token: str) -> str | None:
    """As the service that gave tokens to other systems knows them."""
    return "subscriber" if token == SUBSCRIBER else None


CALLERS: Mapping[str, str | None] = {
    "nobody": None,
    "wrong token": "wrong" + _LONG,
    "staff token": Tokens.staff_token,
    "caseworker token": Tokens.caseworker_token,
    "member": "member" + _LONG,
    **{role: f"{role}{_LONG}-too" for role in ROLES},
    "provider": Tokens.provider_secret,
    "subscriber": SUBSCRIBER,
}


def by_login(door: Door, role: str) -> dict[str, Any]:
    """A request of a member of staff of the role who signed in."""
    return by_cookie(door, f"{role}-signed-in")


def by_resident(door: Door) -> dict[str, Any]:
    """A request of a resident who signed in."""
    return {**by_token(door, None), "HTTP_COOKIE": f"{RESIDENT_COOKIE}=resident",
            "HTTP_SEC_FETCH_SITE": "same-origin"}


def by_token(door: Door, token: str | None) -> dict[str, Any]:
    """A request to the door with the token in its header, or without one."""
    asked = {"REQUEST_METHOD": method_of(door), "QUERY_STRING": "", "PATH_INFO": door.url}
    return asked if token is None else {**asked, "HTTP_AUTHORIZATION": f"Bearer {token}"}


def by_cookie(door: Door, token: str, *, site: str = "same-origin") -> dict[str, Any]:
    """The same from a browser that keeps the token; `site` is where the page stands."""
    return {**by_token(door, None), "HTTP_COOKIE": f"{STAFF_COOKIE}={token}",
            "HTTP_SEC_FETCH_SITE": site}


def method_of(door: Door) -> str:
    """The door's method; of several the one that writes."""
    methods = door.method.split(",")
    return next((each for each in methods if each not in SAFE_METHODS), methods[0])


def said(door: Door, environ: Mapping[str, Any], bearers: Bearers | None) -> tuple[int, str]:
    """Status and code of the door's refusal; (0, "") when it lets the caller in."""
    try:
        admit(door.allow, environ, Tokens, LOGINS, bearers)
    except Refused as refused:
        return refused.problem.status, refused.problem.code
    return 0, ""
