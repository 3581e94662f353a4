"""The daily root: one hash over the ends of all ledgers, by which anybody can tell alteration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kernel.clock import SHANGHAI


@dataclass(frozen=True, kw_only=True)
class End:
    """The last entry of a person up to some moment."""

    person_ref: str
    number: int
    hash: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Root:
    """All ledgers at the end of a local day, and the root told before."""

    day: date
    root: str
    previous_root: str | None
    volunteers: int
    entries: int
    minutes: int


def end_of(day: date) -> datetime:
    """The moment at which the day ends in Asia/Shanghai; what is entered then is not part of it."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def order(person_ref: str) -> str:
    """What people are sorted by: as the keys of their entries."""
    return f"{person_ref}/"


class Rooting:
    """A root in the making: fed with the ends of all ledgers, in `order` of their people."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.volunteers = self.entries = self.minutes = 0

    def add(self, end: End) -> None:
        self._hash.update(f"{end.person_ref} {end.number} {end.hash}\n".encode())
        self.volunteers += 1
        self.entries += end.number
        self.minutes += end.minutes

    def root(self, day: date, *, previous_root: str | None) -> Root:
        return Root(day=day, root=self._hash.hexdigest(), previous_root=previous_root,
                    volunteers=self.volunteers, entries=self.entries, minutes=self.minutes)


def rooted(day: date, ends: Iterable[End], *, previous_root: str | None) -> Root:
    """The root over these ends, whatever their order."""
    rooting = Rooting()
    for end in sorted(ends, key=lambda each: order(each.person_ref)):
        rooting.add(end)
    return rooting.root(day, previous_root=previous_root)
