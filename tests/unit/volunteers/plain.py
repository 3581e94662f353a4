"""The service on plain dictionaries: no documents and no database, for thousands of histories."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar, cast

from kernel.transaction import Transaction
from services.volunteers.domain import Entry, HourRules
from services.volunteers.domain.chain import Head
from services.volunteers.domain.folio import Folio
from services.volunteers.domain.session import Session
from services.volunteers.usecases import App
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.ledgers import Row, rows_of

T = TypeVar("T")


class PlainStore:
    """Every room of the store in one; values of the domain never change, so they are kept as is."""

    def __init__(self) -> None:
        self.shelves = self.entries = self.heads = self.sessions = self
        self.kept: dict[str, Any] = {}
        self.known_heads: dict[str, Head] = {}
        self.known_sessions: dict[str, Session] = {}
        self.ledger: list[Entry] = []

    def fill(self, folios: Mapping[str, Folio], keys: Collection[str], *, within: Any) -> set[str]:
        there = keys & self.kept.keys()
        for key in there:
            attendances, approvals = self.kept[key]
            folios[key.partition("/")[0]].attendances.update(attendances)
            folios[key.partition("/")[0]].approvals.update(approvals)
        return set(there)

    def add(self, entries: Iterable[Entry], *, within: Any) -> None:
        self.ledger += entries

    def some(self, names: Collection[str], *, within: Any) -> dict[str, Any]:
        kept: dict[str, Any] = {**self.known_heads, **self.known_sessions}
        return {name: kept[name] for name in names if name in kept}

    def save(self, what: Any, *, within: Any, there: Any = None, known: Any = None) -> None:
        if isinstance(what, dict):
            self.known_sessions |= what
        elif there is None:
            self.known_heads |= {head.person_ref: head for head in what}
        else:
            for folio in what:
                self._keep(folio)

    def _keep(self, folio: Folio) -> None:
        for month in folio.changed:
            self.kept[f"{folio.person_ref}/{month}"] = (
                {id: each for id, each in folio.attendances.items() if each.day.startswith(month)},
                {day: each for day, each in folio.approvals.items() if day.startswith(month)},
            )

    def effective(self) -> list[Row]:
        """What counts, as `ledgers.effective` says it."""
        gone = {entry.reverses for entry in self.ledger}
        return rows_of(one for one in self.ledger
                       if not one.reverses and one.entry_id not in gone)


class PlainTransactions:
    """Runs work at once; what is told is forgotten."""

    def run(self, work: Callable[[Transaction], T]) -> T:
        return work(Transaction(session=None, now=at("12:00"), ids=lambda: ""))


def a_plain_app() -> tuple[App, PlainStore]:
    """The service, and what it keeps."""
    store = PlainStore()
    app = App(transactions=cast(Any, PlainTransactions()), store=cast(Any, store),
              rules=HourRules())
    return app, store
