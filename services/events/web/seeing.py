"""Going on to another page after a form."""

from __future__ import annotations

from werkzeug.wrappers import Response


def see(address: str) -> Response:
    """After a form: a page of its own, so that reloading sends nothing again."""
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
