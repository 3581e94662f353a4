"""Digests of content: what a chain of records is linked by, so that a changed byte is seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

FIRST = "0" * 64  # what stands before the first record of a chain


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal of the content as canonical JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Mapping[str, Any]) -> str:
    """What the hash covers, as JSON (RFC 8259: UTF-8, keys sorted, no spaces, moments in UTC with
    milliseconds, days as 2021-09-30), `hash` itself left out."""
    return _encode({name: value for name, value in content.items() if name != "hash"})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return written(value)
    return value.isoformat() if isinstance(value, date) else vars(value)


@lru_cache(maxsize=4096)
def written(moment: datetime) -> str:
    """As it stands in what the hash covers. Sessions and batches have few moments between them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"),
                           default=_plain).encode
