"""Reading the ledger: a person's entries, the lines that count, and the balance at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from contracts.hours import hours
from kernel.digest import FIRST
from kernel.transaction import Transaction
from services.volunteers.domain.duty import DutyRules, is_late
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.time_bank import Deposit
from services.volunteers.usecases.application import App


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A person's hours: the sum in minutes and as printed, and what it is made of."""

    person_ref: str
    entries: list[Entry]
    duty: DutyRules = field(default_factory=DutyRules)

    @property
    def late(self) -> frozenset[str]:
        """The ids of entries that came after the last day for them (逾期补记, C-19)."""
        return frozenset(
            entry.entry_id for entry in self.entries if is_late(entry, self.duty.days)
        )

    @property
    def standing(self) -> frozenset[str]:
        """The ids of entries that count now: neither reversed nor reversing."""
        gone = {entry.reverses for entry in self.entries}
        return frozenset(
            entry.entry_id for entry in self.entries
            if not entry.reverses and entry.entry_id not in gone
        )

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)

    @property
    def hours(self) -> int | float:
        return hours(self.minutes)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A person's minutes at a moment, and the end of the chain they are the sum of."""

    person_ref: str
    minutes: int
    number: int
    hash: str

    @property
    def hours(self) -> int | float:
        return hours(self.minutes)


@dataclass(frozen=True, kw_only=True)
class Points:
    """A person's points: the sum, and what it is made of; both in hundredths until shown."""

    person_ref: str
    deposits: list[Deposit]

    @property
    def points(self) -> float:
        return sum(each.points for each in self.deposits) / 100


def hours_of(app: App, person_ref: str, *, first: date | None = None, last: date | None = None,
             as_of: datetime | None = None) -> Hours:
    """Every entry at sessions that began on these local days, both included, newest session first;
    with `as_of` as the ledger stood then (C-16). Raises Unavailable."""
    entries = entries_of(app, person_ref, first, last, as_of)
    return Hours(person_ref=person_ref, entries=sorted(entries, key=_began, reverse=True),
                 duty=app.duty)


def together(person_ref: str, found: Sequence[Hours]) -> Hours:
    """The hours of several references of one person as those of one, newest session first."""
    entries = [entry for each in found for entry in each.entries]
    if len(found) > 1:
        entries.sort(key=_began, reverse=True)
    return replace(found[0], person_ref=person_ref, entries=entries)


def lines_of(app: App, person_ref: str, *, first: date | None = None, last: date | None = None,
             as_of: datetime | None = None, within: Transaction | None = None) -> list[Entry]:
    """The entries that count: neither reversed nor reversing, credited and held ones, in the order
    in which they were entered. Days and `as_of` as in `hours_of`; `within` a transaction for those
    who decide on them. Raises Unavailable."""
    entries = entries_of(app, person_ref, first, last, as_of, within)
    gone = {entry.reverses for entry in entries}
    return [entry for entry in entries if not entry.reverses and entry.entry_id not in gone]


def balance_of(app: App, person_ref: str, *, as_of: datetime | None = None) -> Balance:
    """The sum of all entries, now or as it was then (C-16), read in a few questions whatever their
    number. Raises Unavailable."""
    head = app.store.heads.of(person_ref)
    if as_of is None or head.entered_at is None or head.entered_at <= as_of:
        return Balance(person_ref=person_ref, minutes=head.minutes, number=head.number,
                       hash=head.hash)
    last = app.store.entries.last_by(head, as_of)
    if last is None:
        return Balance(person_ref=person_ref, minutes=0, number=0, hash=FIRST)
    return Balance(person_ref=person_ref, minutes=last.balance, number=last.number, hash=last.hash)


def points_of(app: App, person_ref: str) -> Points:
    """A person's points of the time bank (时间银行): apart from hours, whatever they are (C-10).
    Raises Unavailable."""
    return Points(person_ref=person_ref, deposits=app.store.time_bank.of_person(person_ref))


def entries_of(app: App, person_ref: str, first: date | None = None, last: date | None = None,
               as_of: datetime | None = None, within: Transaction | None = None) -> list[Entry]:
    """A person's entries up to the end of the chain as it is now, in the order in which they were
    entered; days and `as_of` as in `hours_of`. Raises Unavailable."""
    head = app.store.heads.of(person_ref, within=within)
    return app.store.entries.of_person(person_ref, up_to=head.number, first=first or date.min,
                                       last=last or date.max, as_of=as_of, within=within)


def _began(entry: Entry) -> tuple[datetime, datetime, int]:
    scan = entry.stay.checked_in_at or entry.stay.checked_out_at or entry.session.starts_at
    return entry.session.starts_at, scan, entry.number
