"""The service on plain dictionaries: no documents and no database, for thousands of histories."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar, cast

from kernel.transaction import Transaction
from services.volunteers.domain import Entry, HourRules
from services.volunteers.domain.chain import Head
from services.volunteers.domain.folio import Folio
from services.volunteers.domain.session import Session
from services.volunteers.store.folios import months_around
from services.volunteers.usecases import App
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.ledgers import Row, rows_of

T = TypeVar("T")


class Nothing:
    """What waits for people has no part in what entries are worth."""

    def follow(self, entries: Iterable[Entry], *, within: Any) -> set[str]:
        return set()

    def reopen(self, session_ids: Collection[str], *, within: Any) -> None:
        pass


class PlainStore:
    """Every room of the store in one; values of the domain never change, so they are kept as is."""

    def __init__(self) -> None:
        self.folios = self.entries = self.sessions = self
        self.held = self.duties = Nothing()
        self.kept: dict[str, Any] = {}
        self.known_heads: dict[str, Head] = {}
        self.known_sessions: dict[str, Session] = {}
        self.ledger: list[Entry] = []

    def open(self, days: Mapping[str, Collection[date]], *,
             within: Any) -> tuple[dict[str, Folio], None]:
        folios = {}
        for who, of in days.items():
            folio = Folio(person_ref=who, head=self.known_heads.get(who) or Head(person_ref=who))
            for month in {month for day in of for month in months_around(day, day)}:
                attendances, approvals = self.kept.get(f"{who}/{month}", ({}, {}))
                folio.attendances.update(attendances)
                folio.kept.update({id: each.day for id, each in attendances.items()})
                folio.approvals.update(approvals)
            folios[who] = folio
        return folios, None

    def add(self, entries: Iterable[Entry], *, within: Any) -> None:
        self.ledger += entries

    def some(self, names: Collection[str], *, within: Any) -> dict[str, Any]:
        return {name: self.known_sessions[name] for name in names if name in self.known_sessions}

    def save(self, what: Any, *, within: Any, known: Any) -> None:
        if isinstance(what, dict):
            self.known_sessions |= what
        else:
            for folio in what:
                self.known_heads[folio.person_ref] = folio.head
                self._keep(folio)

    def _keep(self, folio: Folio) -> None:
        for session_id in folio.changed:
            attendance = folio.attendances[session_id]
            if was := folio.kept.get(session_id):
                del self._month(folio, was[:7])[0][session_id]
            self._month(folio, attendance.day[:7])[0][session_id] = attendance
        for day in folio.decided:
            self._month(folio, day[:7])[1][day] = folio.approvals[day]

    def _month(self, folio: Folio, month: str) -> Any:
        return self.kept.setdefault(f"{folio.person_ref}/{month}", ({}, {}))

    def effective(self) -> list[Row]:
        """What counts, as `ledgers.effective` says it."""
        gone = {entry.reverses for entry in self.ledger}
        return rows_of(one for one in self.ledger
                       if not one.reverses and one.entry_id not in gone)


class PlainTransactions:
    """Runs work at once; what is told is forgotten."""

    def run(self, work: Callable[[Transaction], T], *, within: float | None = None) -> T:
        return work(Transaction(session=None, now=at("12:00"), ids=lambda: ""))


def a_plain_app() -> tuple[App, PlainStore]:
    """The service, and what it keeps."""
    store = PlainStore()
    app = App(transactions=cast(Any, PlainTransactions()), store=cast(Any, store),
              rules=HourRules())
    return app, store
