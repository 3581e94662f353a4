"""The ledgers as they are kept, byte by byte as it were, for those who verify them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pymongo.database import Database

from contracts.volunteers import LedgerRooted
from kernel.mongo import available
from kernel.outbox import OUTBOX
from services.volunteers.domain.audit import Copy
from services.volunteers.store.documents import Document, attendance_read, of_person

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
        """Everybody with entries, in order of their keys."""
        with available():
            found = self._entries.find().sort("_id", 1)
            batch: list[tuple[str, list[Document]]] = []
            for who, rows in groupby(found, key=_who):
                batch.append((who, list(rows)))
                if len(batch) == TOGETHER:
                    yield from self._completed(batch)
                    batch = []
            yield from self._completed(batch)

    def of(self, person_ref: str) -> Kept:
        """One person's, with or without entries."""
        with available():
            rows = list(self._entries.find(of_person(person_ref)).sort("_id", 1))
            head = self._heads.find_one({"_id": person_ref})
            copies = self._copies(of_person(person_ref))
        if head:
            _add_copies(copies[person_ref], head)
        return Kept(who=person_ref, rows=rows, head=head, copies=copies[person_ref])

    def people(self) -> set[str]:
        """Everybody whose head says that there are entries."""
        with available():
            found = self._heads.find({"number": {"$ne": 0}}, {"_id": 1})
            return {row["_id"] for row in found}

    def _copies(self, chosen: Document) -> defaultdict[str, dict[int, Copy]]:
        """The lines that count in earlier months, by person and number of their entry."""
        copies: defaultdict[str, dict[int, Copy]] = defaultdict(dict)
        for document in self._heard.find(chosen):
            _add_copies(copies[_who(document)], document)
        return copies

    def _completed(self, batch: list[tuple[str, list[Document]]]) -> Iterator[Kept]:
        """People whose keys follow one another: what was heard of them is one range, too."""
        if not batch:
            return
        people = [who for who, _ in batch]
        heads = {row["_id"]: row for row in self._heads.find({"_id": {"$in": people}})}
        copies = self._copies({"_id": {"$gt": f"{people[0]}/", "$lt": f"{people[-1]}0"}})
        for who, head in heads.items():
            _add_copies(copies[who], head)
        for who, rows in batch:
            yield Kept(who=who, rows=rows, head=heads.get(who), copies=copies.get(who, {}))

    def told_roots(self) -> dict[str, str]:
        """Roots by day as they were told, as far back as the outbox goes."""
        with available():
            found = list(self._outbox.find({"facts.key": LedgerRooted.key}))
        told = [json.loads(fact["body"])["data"] for entry in found for fact in entry["facts"]
                if fact["key"] == LedgerRooted.key]
        return {data["day"]: data["root"] for data in told}


def _add_copies(copies: dict[int, Copy], document: Document) -> None:
    """The lines that count in a month, by number of their entry."""
    for kept in document["attendances"].values():
        for each in attendance_read(kept)["effective"]:
            copies[each["number"]] = Copy(entry_id=each["entry_id"], line=each["line"])


def _who(row: Any) -> str:
    return str(row["_id"]).rpartition("/")[0]
