"""What the service does: credit hours from what was heard, and show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count
from typing import cast

from contracts.event import Fact
from contracts.hours import hours
from contracts.volunteers import HoursCredited, HoursHeld
from kernel.envelope import Envelope
from kernel.transaction import Transaction, Transactions
from services.volunteers import domain
from services.volunteers.domain import Attendance, Entry, Settled, Span, Told
from services.volunteers.store import Store

CREDIT_HOURS = "volunteers.credit-hours"


@dataclass(frozen=True, kw_only=True)
class App:
    """What the use cases work with."""

    transactions: Transactions
    store: Store

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.transactions.database.client.close()


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A person's hours: the sum in minutes and as printed, and what it is made of."""

    person_ref: str
    entries: list[Entry]

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)

    @property
    def hours(self) -> int | float:
        return hours(self.minutes)


def reactions(app: App) -> dict[str, Callable[[list[Envelope]], None]]:
    """What happens when facts arrive, by queue."""
    return {CREDIT_HOURS: partial(credit_hours, app)}


def credit_hours(app: App, heard: list[Envelope]) -> None:
    """Enters what these facts settle in the ledger and tells it. Safe to repeat, in any order."""
    attempts = count()

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        _credit(app.store, transaction, fresh, is_again=next(attempts) > 0)

    app.transactions.hear(CREDIT_HOURS, heard, work)


def hours_of(app: App, person_ref: str, *, first: date | None = None,
             last: date | None = None) -> Hours:
    """A person's hours at sessions that began on these days (Asia/Shanghai, both included)."""
    entries = app.store.of_person(person_ref, first=first or date.min, last=last or date.max)
    return Hours(person_ref=person_ref, entries=entries)


def _credit(store: Store, transaction: Transaction, heard: list[Envelope], *,
            is_again: bool) -> None:
    told = _by_subject(heard)
    if not told:
        return
    known = store.attendances(told.keys(), within=transaction)
    settled: list[Settled] = []
    after: list[Attendance] = []
    for subject, facts in told.items():
        attendance, more = domain.hear(known.get(subject) or Attendance(subject=subject), facts)
        after.append(attendance)
        settled += more
    store.keep(after, known=known, within=transaction)
    causes = {envelope.subject: envelope for envelope in heard}
    entries = _new_entries(store, transaction, settled, is_again=is_again)
    store.add(entries, within=transaction)
    for entry in entries:
        if fact := _fact(entry):
            subject = f"attendance/{entry.session.session_id}.{entry.person_ref}"
            transaction.emit(fact, cause=causes[subject])


def _by_subject(heard: Iterable[Envelope]) -> dict[str, list[tuple[int, Told]]]:
    """The facts of sessions that count, each with its sequence, by attendance."""
    told: dict[str, list[tuple[int, Told]]] = defaultdict(list)
    for envelope in heard:
        fact = cast(Told, envelope.fact())
        if domain.is_credited(fact.session):
            told[envelope.subject].append((envelope.sequence, fact))
    return told


def _new_entries(store: Store, transaction: Transaction, settled: list[Settled], *,
                 is_again: bool) -> list[Entry]:
    """A line for each settled stay that has none; no minute of a person counts twice (C-07).

    A line of the same natural key is nearly always among those of the same day; the key itself
    is looked up only after an attempt met one that was not.
    """
    if not settled:
        return []
    there = store.beside(settled, within=transaction)
    known = {entry.entry_id for entry in there}
    if is_again:
        known |= store.known((each.entry_id for each in settled), within=transaction)
    taken: dict[str, list[Span]] = defaultdict(list)
    for entry in there:
        taken[entry.person_ref] += entry.spans
    entries = []
    for each in settled:
        if each.entry_id not in known:
            entry = domain.entry(each, others=taken[each.person_ref])
            taken[each.person_ref] += entry.spans
            known.add(entry.entry_id)
            entries.append(entry)
    return entries


def _fact(entry: Entry) -> Fact | None:
    """What is told of a line; of one that is worth nothing, nothing."""
    if entry.reason:
        return HoursHeld(entry_id=entry.entry_id, person_ref=entry.person_ref,
                         session=entry.session, reason=entry.reason)
    if not entry.minutes:
        return None
    return HoursCredited(
        entry_id=entry.entry_id, person_ref=entry.person_ref, session=entry.session,
        minutes=entry.minutes, basis=entry.basis, credited_from=entry.spans[0].start,
        credited_until=entry.spans[-1].end,
    )
