"""The head of an HTTP/1.x request, read strictly; the mail parser took a quarter of all time."""

from __future__ import annotations

import re
from typing import Any

_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.([01])\r?\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\x00]*?)[ \t]*\r?\n")
_SINGLE = {"content-length", "host", "content-type", "authorization", "transfer-encoding"}
_MOST_FIELDS = 100


class BadHead(Exception):
    """The head is no HTTP; says what is wrong with it."""


class Heads:
    """The fields of a request with the few methods that eventlet's server calls on them."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._headers = fields
        self._first: dict[str, str] = {}
        for name, value in fields:
            self._first.setdefault(name.lower(), value)

    def get(self, name: str, default: Any = None) -> Any:
        return self._first.get(name.lower(), default)

    def get_content_type(self) -> str:
        """Asked for when there is no Content-Type."""
        return ""


def read_line(raw: bytes) -> tuple[str, str, str]:
    """Method, target and version of the request line. Raises BadHead."""
    match = _LINE.fullmatch(raw.decode("latin-1"))
    if match is None or not (match[2].startswith("/") or match[2] == "*"):
        raise BadHead("request line")
    return match[1], match[2], f"HTTP/1.{match[3]}"


def read_heads(rfile: Any) -> Heads:
    """The header fields up to the empty line. Raises BadHead; folded lines are refused."""
    fields: list[tuple[str, str]] = []
    while True:
        line = rfile.readline()
        if line in (b"\r\n", b"\n"):
            break
        match = _FIELD.fullmatch(line)
        if match is None or len(fields) >= _MOST_FIELDS:
            raise BadHead("header field")
        fields.append((match[1].decode("latin-1"), match[2].decode("latin-1")))
    names = [name.lower() for name, _ in fields]
    if len(set(names)) < len(names) and any(names.count(name) > 1 for name in _SINGLE):
        raise BadHead("a field that may stand once stands twice")
    return Heads(fields)
