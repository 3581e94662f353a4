"""Tokens of programs that act as staff, by name: who acts with which token, and what they may."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kernel.parse import Fault, Parse
from kernel.rights import ALL, ROLES, Scope

SHARED = frozenset({"staff", "caseworker"})  # the names of STAFF_TOKEN and CASEWORKER_TOKEN
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,31}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,200}={0,2}")  # what a header and a cookie carry alike
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of the staff. `person_ref` is the resident they are themselves, where that is known.

    `name` stands in records of who did what, so it is an account's name, not a person's.
    """

    name: str
    token: str = field(repr=False)
    person_ref: str | None = None
    roles: frozenset[str] = frozenset()
    scope: Scope = ALL


def _members(text: str) -> tuple[Member, ...]:
    """Raises Fault that says which entry is wrong and why, and never quotes a token."""
    members = tuple(
        _member(number, entry) for number, entry in enumerate(text.split(","), start=1)
    )
    _check_unlike("name", [member.name for member in members])
    _check_unlike("token", [member.token for member in members])
    return members


def _member(number: int, entry: str) -> Member:
    name, *rest = entry.strip().split(":")
    if not _NAME.fullmatch(name):
        # what stands there may be a token whose name was forgotten: not quoted
        raise Fault(f"entry {number}: the name is not small letters, digits, - _ and .")
    if name in SHARED:
        raise Fault(f"entry {number}: the name {name} belongs to a shared token")
    if not rest or not _TOKEN.fullmatch(rest[0]):
        raise Fault(f"entry {number}: the token is not 16 to 200 letters, digits and . _ ~ + / -")
    reference = rest[1] if len(rest) > 1 else ""
    if not _REFERENCE.fullmatch(reference):
        raise Fault(f"entry {number}: the person_ref is not letters, digits, - and _")
    roles, scope = _roles(number, rest[2:])
    return Member(name=name, token=rest[0], person_ref=reference or None, roles=roles, scope=scope)


def _roles(number: int, said: Iterable[str]) -> tuple[frozenset[str], Scope]:
    """Roles, and among them where these hold: `programme=road-angels`, `street=大鹏`."""
    limits: dict[str, set[str]] = {"programme": set(), "street": set()}
    roles = set()
    for each in said:
        what, is_limit, value = each.partition("=")
        if is_limit and what in limits and value:
            limits[what].add(value)
        elif each in ROLES:
            roles.add(each)
        else:
            raise Fault(f"entry {number}: a role is not {' | '.join(ROLES)}, "
                        "programme=<key> or street=<name>")
    if any(limits.values()) and not roles:
        raise Fault(f"entry {number}: it has limits, but no role")
    return frozenset(roles), Scope(programmes=frozenset(limits["programme"]),
                                   streets=frozenset(limits["street"]))


def _check_unlike(what: str, values: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for number, value in enumerate(values, start=1):
        if value in seen:
            raise Fault(f"entries {seen[value]} and {number} have the same {what}")
        seen[value] = number


MEMBERS = Parse(
    f"name:token[:person_ref[:role…]] with commas between; roles: {' | '.join(ROLES)}", _members
)
