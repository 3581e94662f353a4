"""The chain: each entry's hash covers its content and the entry before, so nothing is altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from services.volunteers.domain.entry import Entry
from services.volunteers.domain.values import altered

FIRST = "0" * 64  # what stands before a person's first entry


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of a person's chain: how many entries, the last one's hash, and their sum.

    `told` counts the facts told of the person, so that they are numbered without a gap.
    """

    person_ref: str
    number: int = 0
    hash: str = FIRST
    minutes: int = 0
    entered_at: datetime | None = None
    told: int = 0


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal of the content as canonical JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Mapping[str, Any]) -> str:
    """What the hash covers, as JSON (RFC 8259: UTF-8, keys sorted, no spaces, moments in UTC with
    milliseconds), `hash` itself left out."""
    return _encode({name: value for name, value in content.items() if name != "hash"})


def _plain(value: Any) -> Any:
    return _written(value) if isinstance(value, datetime) else vars(value)


@lru_cache(maxsize=4096)
def _written(moment: datetime) -> str:
    """Sessions and batches have few moments between them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"),
                           default=_plain).encode


def chained(head: Head, entry: Entry) -> tuple[Head, Entry]:
    """The entry at the end of the chain, with its number, balance and hashes; and the new end.

    Times never go back within a chain, whatever a replica's clock says.
    """
    at = max(entry.entered_at, head.entered_at) if head.entered_at else entry.entered_at
    placed = altered(entry, number=head.number + 1, entered_at=at, previous=head.hash,
                     balance=head.minutes + entry.minutes)
    linked = altered(placed, hash=digest(vars(placed)))
    after = Head(person_ref=head.person_ref, number=linked.number, hash=linked.hash,
                 minutes=linked.balance, entered_at=at, told=head.told)
    return after, linked
