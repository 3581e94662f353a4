"""The ledgers as they are kept, byte by byte as it were, for those who verify them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from pymongo.database import Database

from contracts.volunteers import LedgerRooted
from kernel.mongo import available
from kernel.outbox import OUTBOX
from services.volunteers.domain.audit import Copy
from services.volunteers.store.documents import Document, of_person

TOGETHER = 200  # people whose heads are read at once


class Audit:
    """Reads `entries`, `heads`, `heard` and the outbox without making anything of them."""

    def __init__(self, database: Database[Document]) -> None:
        self._entries = database["entries"]
        self._heads = database["heads"]
        self._heard = database["heard"]
        self._outbox = database[OUTBOX]

    def rows(self, person_ref: str) -> Iterator[Document]:
        """A person's entries in order of their keys."""
        with available():
            yield from self._entries.find(of_person(person_ref)).sort("_id", 1)

    def heads(self, people: Iterable[str]) -> dict[str, Document]:
        """By person, those that exist."""
        with available():
            return {row["_id"]: row for row in self._heads.find({"_id": {"$in": list(people)}})}

    def people(self) -> set[str]:
        """Everybody who has a head."""
        with available():
            return {row["_id"] for row in self._heads.find({}, {"_id": 1})}

    def everybody(self) -> Iterator[tuple[str, list[Document], Document | None]]:
        """Everybody with entries: who, their entries, their head; in order of their keys."""
        with available():
            found = self._entries.find().sort("_id", 1)
            batch: list[tuple[str, list[Document]]] = []
            for who, rows in groupby(found, key=_who):
                batch.append((who, list(rows)))
                if len(batch) == TOGETHER:
                    yield from self._with_heads(batch)
                    batch = []
            yield from self._with_heads(batch)

    def copies(self, person_ref: str) -> dict[int, Copy]:
        """The lines that count, by the number of their entry."""
        with available():
            found = list(self._heard.find(of_person(person_ref)))
        return {
            each["number"]: Copy(entry_id=each["entry_id"], line=each["line"])
            for document in found
            for attendance in document["attendances"]
            for each in attendance["effective"]
        }

    def told_roots(self) -> dict[str, str]:
        """Roots by day as they were told, as far back as the outbox goes."""
        with available():
            found = list(self._outbox.find({"facts.key": LedgerRooted.key}))
        told = [json.loads(fact["body"])["data"] for entry in found for fact in entry["facts"]
                if fact["key"] == LedgerRooted.key]
        return {data["day"]: data["root"] for data in told}

    def _with_heads(
        self, batch: list[tuple[str, list[Document]]]
    ) -> Iterator[tuple[str, list[Document], Document | None]]:
        heads = self.heads(who for who, _ in batch)
        for who, rows in batch:
            yield who, rows, heads.get(who)


def _who(row: Any) -> str:
    return str(row["_id"]).rpartition("/")[0]
