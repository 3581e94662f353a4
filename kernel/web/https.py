"""How the browser came here."""

from __future__ import annotations

from kernel.web import Call
from kernel.web.shields import is_https


def came_by_https(call: Call) -> bool:
    """Whether a cookie may be kept to https; a proxy before us says so for the browser."""
    return is_https(call.environ)
