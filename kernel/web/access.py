"""Who may use a door: everyone, staff, those with a permission, a provider, or a subscriber."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kernel.logins import Logins
from kernel.rights import (
    EVERYTHING,
    NOBODY,
    ROLES,
    Permission,
    Resident,
    Rights,
    rights_of_staff,
)
from kernel.staff import Member
from kernel.web.problem import Problem, Refused

STAFF_COOKIE = "xiangxin_staff"  # a login as a browser keeps it: HttpOnly, SameSite=Strict
RESIDENT_COOKIE = "xiangxin_resident"
Bearers = Callable[[str], str | None]  # whose token it is, at a service that gives tokens itself
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Allow(Enum):
    """The rule every door declares: everyone, any member of staff, or those with a permission.
    No door is about names alone: that permission decides how people are shown."""

    ANYONE = "anyone"
    STAFF = "staff"
    VIEWER = "view"
    DESK = "desk"
    ORGANISER = "organise"
    CHECKER = "check"
    DEPARTMENT = "department"
    CASEWORKER = "cases"
    OPERATOR = "operate"
    AUDITOR = "audit"
    PROVIDER = "provider"
    SUBSCRIBER = "subscriber"

    @property
    def permission(self) -> Permission | None:
        """What the rule asks of a member of staff, if anything."""
        return _PERMISSIONS.get(self.value)


_PERMISSIONS: Mapping[str, Permission] = {each.value: each for each in Permission}
ANYONE, STAFF = Allow.ANYONE, Allow.STAFF
PROVIDER, SUBSCRIBER = Allow.PROVIDER, Allow.SUBSCRIBER
MACHINES = frozenset({PROVIDER, SUBSCRIBER})  # other systems: by their own tokens and nothing else
VIEWER, DESK, ORGANISER, CHECKER = Allow.VIEWER, Allow.DESK, Allow.ORGANISER, Allow.CHECKER
DEPARTMENT, CASEWORKER = Allow.DEPARTMENT, Allow.CASEWORKER
OPERATOR, AUDITOR = Allow.OPERATOR, Allow.AUDITOR
ONLY_HERE = Problem(403, "other_origin")
NEEDED: Mapping[Permission, Problem] = {
    **{_PERMISSIONS[each.value]: Problem(403, f"{each.name.lower()}_needed")
       for each in Allow if each.value in _PERMISSIONS},
    Permission.NAMES: Problem(403, "names_needed"),  # asked beside a rule, never the rule of a door
}


def admit(allow: Allow, environ: Mapping[str, Any], settings: Any,
          logins: Logins | None = None, bearers: Bearers | None = None) -> Rights:
    """What the caller may. Raises Refused (401 without, 403 with a wrong token or too few rights),
    and Unavailable when who signed in, or whose token it is, cannot be looked up.

    A wrong bearer token is refused at every door, also at an open one: who meant to act as staff
    must not find out later that they acted as somebody else. A subscriber's is wrong everywhere but
    at the service that gave it, for no other can know it; there an open door lets it in, as nobody,
    so that a program may send it with every request.

    A browser's cookie that no longer holds counts as none, and so does one that comes with a form
    of another site's page, which the doors of the staff refuse by that name.
    """
    if allow is PROVIDER:
        _admit_provider(environ, settings)
        return NOBODY
    if allow is SUBSCRIBER:
        return _admit_subscriber(environ, bearers)
    rights = _rights(environ, settings, logins, bearers if allow is ANYONE else None)
    if allow is ANYONE:
        return rights
    if not rights.staff:
        if _from_elsewhere(environ) and _rights_of_browser(environ, settings, logins).staff:
            raise Refused(ONLY_HERE)
        raise Refused(Problem(401, "token_required"), headers=[("WWW-Authenticate", "Bearer")])
    if allow.permission is not None:
        need(rights, allow.permission)
    return rights


def need(rights: Rights, permission: Permission) -> None:
    """Raises Refused (403) that says what is missing, where a door asks for more than its rule."""
    if not rights.may(permission):
        raise Refused(NEEDED[permission])


def lets_in(allow: Allow, rights: Rights) -> bool:
    """Whether the rule lets them in, for pages that show no way that is shut."""
    if allow.permission is not None:
        return rights.staff and rights.may(allow.permission)
    return allow is ANYONE or (allow is STAFF and rights.staff)


def known(environ: Mapping[str, Any], settings: Any, logins: Logins | None = None) -> Rights:
    """Who knocks, as far as we know them, whatever they may; for records of refusals."""
    try:
        return admit(ANYONE, environ, settings, logins)
    except Refused:
        return NOBODY


def resident(environ: Mapping[str, Any], logins: Logins | None) -> Resident | None:
    """The resident who signed in in this browser; None for a form of another site's page.
    Raises Unavailable."""
    token = kept(environ, RESIDENT_COOKIE)
    if not token or logins is None or _from_elsewhere(environ):
        return None
    return logins.resident(token)


def _rights(environ: Mapping[str, Any], settings: Any, logins: Logins | None,
            bearers: Bearers | None) -> Rights:
    token = _bearer(environ)
    if token is not None:
        rights = rights_of(token, settings)
        if rights is NOBODY and not _is_subscribers(token, bearers):
            raise Refused(Problem(403, "token_refused"))
        return rights
    return NOBODY if _from_elsewhere(environ) else _rights_of_browser(environ, settings, logins)


def _rights_of_browser(environ: Mapping[str, Any], settings: Any,
                       logins: Logins | None) -> Rights:
    token = kept(environ, STAFF_COOKIE)
    if not token:
        return NOBODY
    if logins is not None and (rights := logins.staff(token)):
        return rights
    return rights_of(token, settings) if settings.token_sign_in else NOBODY


def rights_of(token: str, settings: Any) -> Rights:
    """What a token of a program opens; NOBODY for one that we did not give."""
    for member in getattr(settings, "staff_tokens", ()):
        if _same(token, member.token):
            return _rights_of_member(member)
    if _same(token, getattr(settings, "caseworker_token", None)):
        return Rights(staff=True, actor="caseworker",
                      roles=frozenset({"caseworker"}),
                      permissions=EVERYTHING | ROLES["caseworker"])
    if _same(token, settings.staff_token):
        return Rights(staff=True, actor="staff", permissions=EVERYTHING)
    return NOBODY


def _rights_of_member(member: Member) -> Rights:
    """A member without roles may what the shared token may."""
    if not member.roles:
        return Rights(staff=True, actor=member.name, person_ref=member.person_ref,
                      permissions=EVERYTHING)
    return rights_of_staff(member.name, member.roles, person_ref=member.person_ref,
                           scope=member.scope)


def kept(environ: Mapping[str, Any], name: str) -> str:
    """What the browser keeps under the name; "" for nothing that can be read."""
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


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
    token = _bearer(environ)
    if token is None:
        token = parse_qs(environ.get("QUERY_STRING", "")).get("secret", [""])[0].strip()
    if not token:
        raise Refused(Problem(401, "token_required"), headers=[("WWW-Authenticate", "Bearer")])
    if not _same(token, getattr(settings, "provider_secret", None)):
        raise Refused(Problem(403, "token_refused"))


def _admit_subscriber(environ: Mapping[str, Any], bearers: Bearers | None) -> Rights:
    """`actor` is the subscriber's name; staff it never is."""
    token = _bearer(environ)
    if not token:
        raise Refused(Problem(401, "token_required", "需要订阅方的令牌"),
                      headers=[("WWW-Authenticate", "Bearer")])
    name = bearers(token) if bearers else None
    if name is None:
        raise Refused(Problem(403, "token_refused"))
    return Rights(actor=name)


def _is_subscribers(token: str, bearers: Bearers | None) -> bool:
    return bool(token) and bearers is not None and bearers(token) is not None


def _bearer(environ: Mapping[str, Any]) -> str | None:
    """The token of the request's header; None where it names none."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _same(given: str, known: str | None) -> bool:
    """In constant time; a token that is not set admits nobody."""
    return bool(known) and compare_digest(given.encode("latin-1", "replace"), str(known).encode())
