"""A member's login in their browser: kept, kept on while they look at pages, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Response

from kernel.web.access import STAFF_COOKIE, kept
from kernel.web.call import Call
from kernel.web.shields import is_https

_IDLE = 7_200.0  # seconds


def put(answer: Response, call: Call, settings: Any, token: str, *, stays: timedelta) -> None:
    """Keeps the token for so long: no script reads it, no other site sends it."""
    answer.set_cookie(
        STAFF_COOKIE, token, max_age=stays, path="/",
        domain=getattr(settings, "cookie_domain", None), httponly=True, samesite="Strict",
        secure=is_https(call.environ),
    )


def keep(answer: Response, call: Call, settings: Any, token: str, *, holds: timedelta) -> None:
    """Keeps a login: the browser forgets it after STAFF_IDLE without a page of ours, or when it
    ends by itself (`holds`)."""
    idle = timedelta(seconds=getattr(settings, "staff_idle", _IDLE))
    put(answer, call, settings, token, stays=min(idle, holds))


def keep_on(answer: Response, call: Call, settings: Any) -> None:
    """Whoever looks at a page is not idle."""
    if not call.rights.login_id or call.logins is None or not _is_page(answer, call.environ):
        return
    token = kept(call.environ, STAFF_COOKIE)
    if left := call.logins.left(token, "staff"):
        keep(answer, call, settings, token, holds=left)


def forget(answer: Response, call: Call, settings: Any) -> None:
    """Safe to repeat."""
    answer.delete_cookie(
        STAFF_COOKIE, path="/", domain=getattr(settings, "cookie_domain", None), httponly=True,
        samesite="Strict", secure=is_https(call.environ),
    )


def _is_page(answer: Response, environ: Mapping[str, Any]) -> bool:
    return environ.get("REQUEST_METHOD") == "GET" and answer.mimetype == "text/html" and not any(
        value.startswith(f"{STAFF_COOKIE}=") for _, value in answer.headers)
