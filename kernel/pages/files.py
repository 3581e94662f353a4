"""Files that pages refer to under /static/: our own first, then the front-end packages."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Any, NamedTuple

from werkzeug.wrappers import Response

OWN = Path(__file__).parent / "static"
_PREFIX = "/static/"
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,200}")


class Kept(NamedTuple):
    """A file as it is sent; `squeezed` for text only."""

    content: bytes
    kind: str
    tag: str
    squeezed: bytes | None


class Files:
    """Folders searched in order. A file is read once and kept; it does not change while we run."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [OWN, *folders]
        self._kept: dict[str, Kept] = {}

    def page(self, environ: dict[str, Any]) -> Any:
        """GET and HEAD below /static/; 404 for what is not there or not below our folders."""
        name = environ["PATH_INFO"][len(_PREFIX):]
        found = self._kept.get(name) or self._read(name)
        if found is None:
            return 404, [("Content-Type", "text/plain; charset=utf-8")], b"not found\n"
        headers = {"Cache-Control": "public, max-age=300", "ETag": found.tag}
        if environ.get("HTTP_IF_NONE_MATCH") == found.tag:
            return Response(status=304, headers=headers)
        content = found.content
        if found.squeezed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
                content, headers["Content-Encoding"] = found.squeezed, "gzip"
        return Response(content, content_type=found.kind, headers=headers)

    def _read(self, name: str) -> Kept | None:
        if not _NAME.fullmatch(name):
            return None
        for folder in self._folders:
            path = (folder / name).resolve()
            if path.is_file() and path.is_relative_to(folder.resolve()):
                self._kept[name] = _kept(name, path.read_bytes())
                return self._kept[name]
        return None


def _kept(name: str, content: bytes) -> Kept:
    kind = guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml"))
    return Kept(
        content,
        f"{kind}; charset=utf-8" if is_text else kind,
        f'"{sha256(content).hexdigest()[:20]}"',
        gzip.compress(content, 6, mtime=0) if is_text else None,
    )
