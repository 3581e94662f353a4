"""Text is sent compressed to whoever takes it so: the pages."""

from __future__ import annotations

import gzip
from typing import Any

from werkzeug.wrappers import Response

_WORTH = 1_400  # bytes: below, it is one packet either way
_KINDS = ("text/html", "text/plain", "text/csv")


def squeeze(answer: Response, environ: dict[str, Any]) -> None:
    """Compresses a whole text answer in place; streams and small ones stay as they are."""
    if answer.is_streamed or answer.mimetype not in _KINDS or "Content-Encoding" in answer.headers:
        return
    answer.headers["Vary"] = "Accept-Encoding"
    content = answer.get_data()
    if len(content) >= _WORTH and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        answer.set_data(gzip.compress(content, 5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
