"""A day's row: what all facts together add to one day, programme and street."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

Names = Mapping[str, tuple[str, ...]]
_NOBODY: Names = {}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a count belongs. `day` is the local day of the session's start (C-44), as ISO text.

    What is confidential stands in rows of its own, so that small numbers can be withheld.
    """

    day: str
    programme: str
    street: str
    confidential: bool = False

    @property
    def key(self) -> str:
        mark = "|confidential" if self.confidential else ""
        return f"{self.day}|{self.programme}|{self.street}{mark}"


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one document adds to one place: sums, and names of which the distinct are counted.

    A measure that stands here with 0 was reported as 0; one that is absent was never reported.
    Names that begin with `opened_` are the documents behind the sums: by them a figure is opened.
    """

    place: Place
    sums: Mapping[str, int]
    names: Names = field(default_factory=lambda: _NOBODY)


@dataclass(kw_only=True)
class DayRow:
    """Sums by measure, how many documents reported each, and names with how often they stand."""

    place: Place
    sums: Counter[str] = field(default_factory=Counter)
    reports: Counter[str] = field(default_factory=Counter)
    names: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, share: Share) -> None:
        self._change(share, 1)

    def remove(self, share: Share) -> None:
        self._change(share, -1)

    def _change(self, share: Share, by: int) -> None:
        for measure, amount in share.sums.items():
            self.sums[measure] += by * amount
            self.reports[measure] += by
        for name, refs in share.names.items():
            standing = self.names.setdefault(name, Counter())
            for ref in refs:
                standing[ref] += by
                if standing[ref] == 0:
                    del standing[ref]

