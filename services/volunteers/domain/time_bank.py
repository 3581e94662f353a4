"""The time bank (时间银行): points that minutes are worth by programme, apart from hours (C-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.volunteers.domain.entry import Entry


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """What one entry of the hours ledger adds to the points; never changed.

    `weight` is in percent of a point per minute, `points` in hundredths, so that all of it is
    whole numbers. A reversal takes back exactly what its entry gave, whatever the weight is now.
    """

    person_ref: str
    number: int
    entry_id: str
    programme: str
    minutes: int
    weight: int
    points: int
    entered_at: datetime


def deposits(entries: Iterable[Entry], weights: Mapping[str, int],
             earlier: Mapping[str, int]) -> Iterator[Deposit]:
    """One for each entry that moves minutes at a programme with a weight. `earlier` are the
    weights of deposits that are reversed here, by entry; one without is not taken back."""
    given = dict(earlier)
    for entry in entries:
        programme = entry.session.programme
        weight = given.get(entry.reverses) if entry.reverses else weights.get(programme)
        if not weight or not entry.minutes:
            continue
        given[entry.entry_id] = weight
        yield Deposit(
            person_ref=entry.person_ref, number=entry.number, entry_id=entry.entry_id,
            programme=programme, minutes=entry.minutes, weight=weight,
            points=entry.minutes * weight, entered_at=entry.entered_at,
        )
