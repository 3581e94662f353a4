"""What every answer tells the browser that gets it: what it may load, and who may look into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.web.problem import Headers

_CLOSED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PAPER = _CLOSED  # browsers show a PDF by a page of their own, which brings style and an object
NOTHING = f"default-src 'none'; {_CLOSED}"
_POLICIES = {
    "text/html": PAGE,
    "text/javascript": PAGE,  # a service worker fetches by the policy that it came with
    "application/javascript": PAGE,
    "application/pdf": PAPER,
}
YEAR = 31_536_000  # seconds

SHIELDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "same-origin",  # addresses hold references that open a registration
    # the desk scans tickets with the camera
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # what may be kept says so itself
}
_SHIELDS = [(name.lower(), (name, value)) for name, value in SHIELDS.items()]


def missing(headers: Iterable[tuple[str, str]], environ: Mapping[str, Any]) -> Headers:
    """What to add to an answer with these headers; what it says itself stands."""
    said = {name.lower(): value for name, value in headers}
    added = [pair for name, pair in _SHIELDS if name not in said]
    if "content-security-policy" not in said:
        kind = said.get("content-type", "").partition(";")[0]
        added.append(("Content-Security-Policy", _POLICIES.get(kind, NOTHING)))
    if is_https(environ):
        added.append(("Strict-Transport-Security", f"max-age={YEAR}"))
    return added


def is_https(environ: Mapping[str, Any]) -> bool:
    """Whether the browser came by https; a proxy before us says so for it."""
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[0].strip()
    return bool((forwarded or environ.get("wsgi.url_scheme")) == "https")
