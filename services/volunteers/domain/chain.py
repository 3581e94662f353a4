"""The chain: each entry's hash covers its content and the entry before, so nothing is altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.digest import FIRST, digest
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.values import altered


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
