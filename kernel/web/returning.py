"""Where a person goes back to after signing in: paths of our own, never somebody else's site."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

_LONGEST = 1_000
_LOCAL = re.compile(r"/(?![/\\])[\x21-\x7e]*")  # one slash, then nothing a browser takes for a host


def local_path(given: str | None, *, otherwise: str) -> str:
    """`given` when it is a path (with query) of this site, else `otherwise`.

    Refused are addresses with a host in whatever disguise (`//host`, `/\\host`, a scheme, white
    space or control characters), so that a link of ours cannot lead elsewhere.
    """
    if given and len(given) <= _LONGEST and _LOCAL.fullmatch(given) and "\\" not in given:
        return given
    return otherwise


def place_of_ours(given: str | None, addresses: Collection[str], *, otherwise: str) -> str:
    """As `local_path`; also a page of one of our services, whose `addresses` (scheme, host and
    port) are compared exactly."""
    for address in addresses:
        if given and given.startswith(address + "/"):
            path = local_path(given.removeprefix(address), otherwise="")
            return address + path if path else otherwise
    return local_path(given, otherwise=otherwise)


def asked_path(environ: Mapping[str, Any]) -> str | None:
    """The path and query that was asked for, as a browser would ask again; None unless a GET."""
    if environ.get("REQUEST_METHOD") != "GET":
        return None
    raw = environ.get("PATH_INFO", "").encode("latin-1", "replace")
    path = quote(raw, safe="/:@!$&'()*+,;=-._~")
    query = environ.get("QUERY_STRING")
    return f"{path}?{query}" if query else path
