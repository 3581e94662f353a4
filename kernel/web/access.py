"""Who may use a door: everyone, staff with the token, or a provider with its shared secret."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from kernel.web.problem import Problem, Refused


class Allow(Enum):
    """The rule every door declares."""

    ANYONE = "anyone"
    STAFF = "staff"
    PROVIDER = "provider"


ANYONE, STAFF, PROVIDER = Allow.ANYONE, Allow.STAFF, Allow.PROVIDER


def admit(allow: Allow, environ: Mapping[str, Any], settings: Any) -> bool:
    """Whether the caller is staff. Raises Refused (401 without, 403 with a wrong token).

    A wrong token is refused at every door, also at an open one: who meant to act as staff must
    not find out later that they acted as somebody else.
    """
    if allow is PROVIDER:
        _admit_provider(environ, settings)
        return False
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        if not _same(token.strip(), settings.staff_token):
            raise Refused(Problem(403, "token_refused"))
        return True
    if allow is STAFF:
        raise Refused(Problem(401, "token_required"), headers=[("WWW-Authenticate", "Bearer")])
    return False


def _admit_provider(environ: Mapping[str, Any], settings: Any) -> None:
    """The secret comes as bearer token or, where a provider can only call a URL, as `secret=`."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        token = parse_qs(environ.get("QUERY_STRING", "")).get("secret", [""])[0]
    if not token:
        raise Refused(Problem(401, "token_required"), headers=[("WWW-Authenticate", "Bearer")])
    if not _same(token.strip(), getattr(settings, "provider_secret", None)):
        raise Refused(Problem(403, "token_refused"))


def _same(given: str, known: str | None) -> bool:
    """In constant time; a token that is not set admits nobody."""
    return bool(known) and compare_digest(given.encode("latin-1", "replace"), str(known).encode())
