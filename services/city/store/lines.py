"""How far each receiver is, with what waits for it: one document each, written by who holds it.

Every write names the turn that it saw, so of two callers that work on one receiver the slower one
learns that it lost: what it did is only done twice then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.relay.lease import LEASES
from kernel.unit import Transaction
from services.city.domain.line import Line, Waiting
from services.city.domain.patience import Health

LINES = "webhook_lines"
INDEXES: Mapping[str, list[IndexModel]] = {LINES: [], LEASES: []}
Document = dict[str, Any]


class LostTurn(Exception):
    """Somebody else wrote this line in the meantime: read it again."""


@dataclass
class Kept:
    """A line with the turn in which it was read."""

    line: Line
    turn: int


class Lines:
    """`_id` is the subscriber's name. Methods may raise pymongo's errors."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database[LINES]

    def of(self, name: str) -> Kept | None:
        found = self._documents.find_one({"_id": name})
        return Kept(_line(found), found["turn"]) if found else None

    def begin(self, name: str, line: Line, transaction: Transaction) -> None:
        """A line from its beginning. DuplicateKeyError when there is one."""
        self._documents.insert_one({"_id": name, "turn": 0, **_written(line)},
                                   session=transaction.session)

    def keep(self, name: str, kept: Kept, transaction: Transaction | None = None) -> None:
        """Raises LostTurn when somebody was quicker."""
        session = transaction.session if transaction else None
        done = self._documents.update_one(
            {"_id": name, "turn": kept.turn},
            {"$set": {**_written(kept.line), "turn": kept.turn + 1}}, session=session)
        if done.matched_count != 1:
            raise LostTurn(name)
        kept.turn += 1

    def remove(self, name: str, transaction: Transaction) -> None:
        self._documents.delete_one({"_id": name}, session=transaction.session)


def _written(line: Line) -> Document:
    waiting = [vars(line.waiting[position]) for position in sorted(line.waiting)]
    return {"cursor": line.cursor, "health": dict(vars(line.health)),
            "waiting": [dict(each) for each in waiting]}


def _line(document: Document) -> Line:
    return Line.of(document["cursor"], Health(**document["health"]),
                   [Waiting(**each) for each in document["waiting"]])
