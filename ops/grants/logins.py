"""Logins as URIs tell them: user, password and, at the database, where it is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from kernel.amqp_uri import GUEST


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who signs in; `source` is the database that keeps the user (MongoDB's authSource)."""

    user: str
    password: str = field(repr=False)
    source: str


def login(uri: str) -> Login:
    """User and password as they stand in the URI, empty where they do not."""
    parts = urlsplit(uri)
    asked = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
    return Login(user=unquote(_before(parts.netloc, 0)), password=unquote(_before(parts.netloc, 1)),
                 source=asked.get("authsource") or unquote(parts.path.strip("/")) or "admin")


def _before(place: str, part: int) -> str:
    """User (0) or password (1) of `user:password@hosts`; urlsplit stumbles over several hosts."""
    given = place.rpartition("@")[0]
    return given.partition(":")[0 if part == 0 else 2]


def faults(uris: Mapping[str, str], keeper: str) -> Iterator[str]:
    """One sentence for each URI, by variable, that makes no user of its own."""
    whose = {login(keeper).user: "the administrator"} if keeper else {}
    for name, uri in uris.items():
        found = login(uri)
        if not found.user or not found.password or found.user == GUEST:
            yield f"{name} must name a user of its own and a password"
        elif found.user in whose:
            yield f"{name} comes as the user of {whose[found.user]}: each process has its own"
        whose.setdefault(found.user, name)
