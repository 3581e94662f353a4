"""Going on to another page after a form."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response


def see(address: str) -> Response:
    """After a form: a page of its own, so that reloading sends nothing again."""
    kept = quote(address, safe="/:?#[]@!$&'()*+,;=%-._~")  # part of it may be what somebody typed
    return Response(status=303, headers={"Location": kept, "Cache-Control": "no-store"})
