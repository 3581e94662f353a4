"""Who may knock: one caller of each kind, with tokens made up for this, and what a door says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.staff import MEMBERS
from kernel.web import STAFF_COOKIE, Door, Refused
from kernel.web.access import SAFE_METHODS, admit

_LONG = "-of-nobody-at-all"


class Tokens:
    """Settings as far as doors read them, with a token of each kind."""

    staff_token = "staff" + _LONG
    caseworker_token = "caseworker" + _LONG
    provider_secret = "provider" + _LONG
    token_sign_in = "yes"
    staff_tokens = MEMBERS(",".join((
        f"desk:desk{_LONG}", f"league:league{_LONG}::organisation",
        f"chief:chief{_LONG}::department", f"casework:casework{_LONG}::caseworker",
        f"audit:audit{_LONG}::auditor",
    )))


CALLERS: Mapping[str, str | None] = {
    "nobody": None,
    "wrong token": "wrong" + _LONG,
    "staff": Tokens.staff_token,
    "member": "desk" + _LONG,
    "organisation": "league" + _LONG,
    "department": "chief" + _LONG,
    "caseworker": Tokens.caseworker_token,
    "caseworking member": "casework" + _LONG,
    "auditor": "audit" + _LONG,
    "provider": Tokens.provider_secret,
}


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


def said(door: Door, environ: Mapping[str, Any]) -> tuple[int, str]:
    """Status and code of the door's refusal; (0, "") when it lets the caller in."""
    try:
        admit(door.allow, environ, Tokens)
    except Refused as refused:
        return refused.problem.status, refused.problem.code
    return 0, ""
