"""What the front answers itself on every service: alive, ready, the doors' description, files."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kernel.pages.files import Files
from kernel.ready import Readiness
from kernel.web.door import Reply
from kernel.web.front import Page, json_reply
from kernel.web.openapi import describe

if TYPE_CHECKING:
    from kernel.web.front import Front


def own_pages(
    service: str, ready: Readiness, files: Files, front: Callable[[], Front]
) -> dict[str, Page]:
    """Pages by path; a path that ends in "/" stands for everything below it."""
    described: list[bytes] = []

    def healthz(_: Any) -> Reply:
        return json_reply(200, {"status": "ok", "service": service})

    def readyz(_: Any) -> Reply:
        is_ready, parts = ready.look()
        is_ready = is_ready and front().is_open
        status, headers, body = json_reply(
            200 if is_ready else 503,
            {"status": "ok" if is_ready else "not ready", "service": service, "parts": parts},
        )
        return status, headers if is_ready else [*headers, ("Retry-After", "2")], body

    def openapi(_: Any) -> Reply:
        if not described or not front().is_open:
            text = json.dumps(describe(service, front().doors), ensure_ascii=False, indent=1)
            described[:] = [text.encode()]
        return 200, [("Content-Type", "application/json")], described[0]

    return {
        "/healthz": healthz, "/readyz": readyz, "/openapi.json": openapi, "/static/": files.page,
    }
