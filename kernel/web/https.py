"""How the browser came here."""

from __future__ import annotations

from kernel.web import Call


def came_by_https(call: Call) -> bool:
    """Whether a cookie may be kept to https; a proxy before us says so for the browser."""
    forwarded = call.environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[0].strip()
    return bool((forwarded or call.environ.get("wsgi.url_scheme")) == "https")
