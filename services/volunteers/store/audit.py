"""The ledgers as they are kept, byte by byte as it were, for those who verify them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pymongo.database import Database

from contracts.volunteers import LedgerRooted
from kernel.mongo import available
from kernel.outbox import OUTBOX
from services.volunteers.domain.audit import Copy
from services.volunteers.store.documents import (
    Document,
    attendance_read,
    by_keys,
    of_person,
)

TOGETHER = 200  # people whose heads are read at once


@dataclass(frozen=True, kw_only=True)
class Kept:
    """All that is kept of a person's ledger: entries in order, the head, the lines that count."""

    who: str
    rows: list[Document]
    head: Document | None
    copies: dict[int, Copy]


class Audit:
    """Reads `entries`, `heads`, `heard` and the outbox without making anything of them."""

    def __init__(self, database: Database[Document]) -> None:
        self._entries = database["entries"]
        self._heads = database["heads"]
        self._heard = database["heard"]
        self._outbox = database[OUTBOX]

    def everybody(self) -> Iterator[Kept]:
        """Everybody with entries, in order of their keys: `entries` and `heard` are read once from
        end to end, side by side, however many they are."""
        with available():
            found = self._entries.find().sort("_id", 1)
            earlier = _Earlier(self._heard.find().sort("_id", 1))
            batch: list[tuple[str, list[Document]]] = []
            for who, rows in groupby(found, key=_who):
                batch.append((who, list(rows)))
                if len(batch) == TOGETHER:
                    yield from self._completed(batch, earlier)
                    batch = []
            yield from self._completed(batch, earlier)

    def of(self, person_ref: str) -> Kept:
        """One person's, with or without entries."""
        with available():
            rows = list(self._entries.find(of_person(person_ref)).sort("_id", 1))
            head = self._heads.find_one({"_id": person_ref})
            months = list(self._heard.find(of_person(person_ref)))
        return Kept(who=person_ref, rows=rows, head=head, copies=_copies(months, head))

    def people(self) -> set[str]:
        """Everybody whose head says that there are entries."""
        with available():
            found = self._heads.find({"number": {"$ne": 0}}, {"_id": 1})
            return {row["_id"] for row in found}

    def _completed(self, batch: list[tuple[str, list[Document]]],
                   earlier: _Earlier) -> Iterator[Kept]:
        people = [who for who, _ in batch]
        heads = {row["_id"]: row for row in by_keys(self._heads, people)}
        for who, rows in batch:
            head = heads.get(who)
            yield Kept(who=who, rows=rows, head=head, copies=_copies(earlier.of(who), head))

    def told_roots(self) -> dict[str, str]:
        """Roots by day as they were told, as far back as the outbox goes."""
        with available():
            found = list(self._outbox.find({"facts.key": LedgerRooted.key}))
        told = [json.loads(fact["body"])["data"] for entry in found for fact in entry["facts"]
                if fact["key"] == LedgerRooted.key]
        return {data["day"]: data["root"] for data in told}


class _Earlier:
    """What was heard in earlier months, person after person, in the order of the keys."""

    def __init__(self, found: Iterable[Document]) -> None:
        self._found = groupby(found, key=_who)
        self._next = next(self._found, None)

    def of(self, who: str) -> list[Document]:
        """The person's; only forward. Those of whom nothing was entered are passed by."""
        while self._next and f"{self._next[0]}/" < f"{who}/":
            self._next = next(self._found, None)
        if not self._next or self._next[0] != who:
            return []
        return list(self._next[1])


def _copies(months: Iterable[Document], head: Document | None) -> dict[int, Copy]:
    """The lines that count in these months and beside the head, by number of their entry."""
    return {
        each["number"]: Copy(entry_id=each["entry_id"], line=each["line"])
        for document in (*months, *([head] if head else ()))
        for kept in document["attendances"].values()
        for each in attendance_read(kept)["effective"]
    }


def _who(row: Any) -> str:
    return str(row["_id"]).rpartition("/")[0]
