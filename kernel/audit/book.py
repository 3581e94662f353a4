"""The audit log as it is kept: rows are written, linked into the chain and read, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.audit.row import START, Row, chained, faults
from kernel.mongo import available

ROWS, HEAD, FRESH = "audit", "audit_head", "audit_fresh"
PAGE = 1_000  # rows that are read at once
INDEXES: Mapping[str, list[IndexModel]] = {ROWS: [], HEAD: [], FRESH: []}
_THE_HEAD = {"_id": "head"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows: of one account, one kind, from a moment on, before another; None is any."""

    by: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def query(self) -> dict[str, Any]:
        """As the database reads it."""
        equal = {name: value for name, value in (("by", self.by), ("kind", self.kind)) if value}
        times = {sign: moment for sign, moment in (("$gte", self.since), ("$lt", self.until))
                 if moment}
        return {**equal, **({"at": times} if times else {})}


class Book:
    """A service's log."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows, self._heads, self._fresh = database[ROWS], database[HEAD], database[FRESH]

    def write(self, id: str, content: Row, *, now: datetime,
              session: ClientSession | None) -> None:
        """A row beside its change, within the transaction; it has no number yet, so that nobody
        waits for anybody."""
        self._fresh.insert_one({"_id": id, **content, "at": now}, session=session)

    def link(self, session: ClientSession | None) -> None:
        """Gives rows without a number theirs, whoever wrote them, within a transaction of its own.

        Safe to repeat. Raises LostRace when others did it meanwhile.
        """
        fresh = list(self._fresh.find(session=session).sort([("at", 1), ("_id", 1)]).limit(PAGE))
        if not fresh:
            return
        ids = [content.pop("_id") for content in fresh]
        head, rows = self._heads.find_one(_THE_HEAD, session=session) or START, []
        for content in fresh:
            head = chained(head, content)
            rows.append({"_id": head["number"], **head})
        end = {**_THE_HEAD, **{name: head[name] for name in START}}
        with first_come():
            self._rows.insert_many(rows, session=session)
            self._heads.replace_one(_THE_HEAD, end, upsert=True, session=session)
        self._fresh.delete_many({"_id": {"$in": ids}}, session=session)

    def waiting(self) -> int:
        """How many rows have no number yet: none but in the moment after their commit, or when a
        process was killed in it; the next act links them. Raises Unavailable."""
        with available():
            return self._fresh.count_documents({})

    def latest(self, wanted: Wanted, *, skip: int, limit: int) -> list[dict[str, Any]]:
        """Rows, the newest first. Raises Unavailable."""
        with available():
            found = self._rows.find(wanted.query()).sort("_id", DESCENDING)
            return list(found.skip(skip).limit(limit))

    def since(self, number: int, *, limit: int) -> list[dict[str, Any]]:
        """Rows after this number, in order. Raises Unavailable."""
        with available():
            found = self._rows.find({"_id": {"$gt": number}}).sort("_id", ASCENDING)
            return list(found.limit(limit))

    def head(self) -> Row:
        """The end of the chain: number and hash of the last row. Raises Unavailable."""
        with available():
            return self._heads.find_one(_THE_HEAD) or START

    def faults(self) -> Iterator[str]:
        """What is wrong in the chain as it was when this began. Changes nothing, reads by pages.

        Raises Unavailable.
        """
        head = self.head()
        yield from faults(self._until(head["number"]), head)

    def hash_of(self, number: int) -> str | None:
        """Of a row that somebody wrote down; None where there is none. Raises Unavailable."""
        with available():
            row = self._rows.find_one({"_id": number}, {"hash": 1})
        return row["hash"] if row else None

    def _until(self, last: int) -> Iterator[Row]:
        """Rows that came while the others were read are for the next time, unless the head still
        knows nothing of them."""
        number = 0
        while rows := self.since(number, limit=PAGE):
            for row in rows:
                number = row["_id"]
                if last < number <= self.head()["number"]:
                    return
                yield row
