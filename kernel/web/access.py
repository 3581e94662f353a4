"""Who may use a door: everyone, staff with a token, those with a role, or a provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kernel.staff import Member
from kernel.web.problem import Problem, Refused

STAFF_COOKIE = "xiangxin_staff"  # the token as a browser keeps it: HttpOnly, SameSite=Strict
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Allow(Enum):
    """The rule every door declares."""

    ANYONE = "anyone"
    STAFF = "staff"
    CASEWORKER = "caseworker"
    AUDITOR = "auditor"
    PROVIDER = "provider"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the caller may: act as staff, see what is confidential; and who that is.

    `actor` is the name that records give to who acted, never a secret: a member of STAFF_TOKENS,
    "staff" or "caseworker" for the shared tokens, "" for anybody else. `person_ref` is the resident
    that a member is themselves, so that nobody decides about their own affairs (C-17).
    """

    staff: bool = False
    confidential: bool = False
    actor: str = ""
    person_ref: str | None = None
    roles: frozenset[str] = frozenset()


ANYONE, STAFF, PROVIDER = Allow.ANYONE, Allow.STAFF, Allow.PROVIDER
CASEWORKER, AUDITOR = Allow.CASEWORKER, Allow.AUDITOR
NOBODY = Rights()
ONLY_HERE = Problem(403, "other_origin")


def admit(allow: Allow, environ: Mapping[str, Any], settings: Any) -> Rights:
    """What the caller may. Raises Refused (401 without, 403 with a wrong or too weak token).

    A wrong bearer token is refused at every door, also at an open one: who meant to act as staff
    must not find out later that they acted as somebody else. A browser's cookie that no longer
    holds counts as none, and so does one that comes with a form of another site's page, which the
    doors of the staff refuse by that name.
    """
    if allow is PROVIDER:
        _admit_provider(environ, settings)
        return NOBODY
    rights = _rights(environ, settings)
    if allow is ANYONE:
        return rights
    if not rights.staff:
        if _from_elsewhere(environ) and rights_of(_cookie(environ), settings).staff:
            raise Refused(ONLY_HERE)
        raise Refused(Problem(401, "token_required"), headers=[("WWW-Authenticate", "Bearer")])
    if allow is CASEWORKER and not rights.confidential:
        raise Refused(Problem(403, "caseworker_needed"))
    if allow is AUDITOR and "auditor" not in rights.roles:
        raise Refused(Problem(403, "auditor_needed"))
    return rights


def known(environ: Mapping[str, Any], settings: Any) -> Rights:
    """Who knocks, as far as we know them, whatever they may; for records of refusals."""
    try:
        return admit(ANYONE, environ, settings)
    except Refused:
        return NOBODY


def _rights(environ: Mapping[str, Any], settings: Any) -> Rights:
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        rights = rights_of(token.strip(), settings)
        if rights is NOBODY:
            raise Refused(Problem(403, "token_refused"))
        return rights
    token = _cookie(environ)
    if not token:
        return NOBODY
    if _from_elsewhere(environ):
        return NOBODY
    return rights_of(token, settings)


def rights_of(token: str, settings: Any) -> Rights:
    """What a token opens; NOBODY for one that we did not give."""
    for member in getattr(settings, "staff_tokens", ()):
        if _same(token, member.token):
            return _rights_of_member(member)
    if _same(token, getattr(settings, "caseworker_token", None)):
        return Rights(staff=True, confidential=True, actor="caseworker",
                      roles=frozenset({"caseworker"}))
    if _same(token, settings.staff_token):
        return Rights(staff=True, actor="staff")
    return NOBODY


def _rights_of_member(member: Member) -> Rights:
    return Rights(
        staff=True, confidential="caseworker" in member.roles, actor=member.name,
        person_ref=member.person_ref, roles=member.roles,
    )


def _cookie(environ: Mapping[str, Any]) -> str:
    try:
        kept = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(STAFF_COOKIE)
    except CookieError:
        return ""
    return kept.value if kept else ""


def _from_elsewhere(environ: Mapping[str, Any]) -> bool:
    return environ.get("REQUEST_METHOD") not in SAFE_METHODS and not is_same_origin(environ)


def is_same_origin(environ: Mapping[str, Any]) -> bool:
    """A form of ours sent it: browsers tell where a write comes from, and we ask them to."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return bool(site == "same-origin")
    origin = environ.get("HTTP_ORIGIN", "")
    return bool(origin) and urlsplit(origin).netloc == environ.get("HTTP_HOST")


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
