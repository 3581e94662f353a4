"""Going on to another page after a form, and how the browser came here."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from kernel.web import Call


def see(address: str) -> Response:
    """After a form: a page of its own, so that reloading sends nothing again."""
    kept = quote(address, safe="/:?#[]@!$&'()*+,;=%-._~")  # part of it may be what somebody typed
    return Response(status=303, headers={"Location": kept, "Cache-Control": "no-store"})


def came_by_https(call: Call) -> bool:
    """Whether a cookie may be kept to https; a proxy before us says so for the browser."""
    forwarded = call.environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[0].strip()
    return bool((forwarded or call.environ.get("wsgi.url_scheme")) == "https")
