"""The outbox: what was told, written beside the change it tells, and kept as the log of all facts.

One entry holds what one transaction told: `{_id, facts: [{subject, sequence, key, private, body}],
state, left?, reasons?, created_at, sent_at?}`. Reading, marking and keeping thus cost once for a
group of facts, not for each of them. `_id` begins with the time in milliseconds, so entries sort
by when they were told; a fact's id is the entry's with the fact's place (four hex digits). `body`
is the envelope as JSON text; of a private fact it is sealed. `left` names the places that still
wait when others are sent, `reasons` why a place is blocked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.clock import Ids
from kernel.vault import Sealing

OUTBOX = "outbox"
KEPT_DAYS = 90  # after sending: the log from which a lost broker is refilled
PLACE_DIGITS = 4

INDEXES: Mapping[str, list[IndexModel]] = {
    OUTBOX: [
        IndexModel(
            [("state", ASCENDING), ("_id", ASCENDING)],
            name="pending",
            partialFilterExpression={"state": "pending"},
        ),
        IndexModel(
            [("state", ASCENDING), ("created_at", ASCENDING)],
            name="blocked",
            partialFilterExpression={"state": "blocked"},
        ),
        IndexModel(
            [("sent_at", ASCENDING)],
            name="forgotten",
            expireAfterSeconds=KEPT_DAYS * 86_400,
            partialFilterExpression={"sent_at": {"$exists": True}},
        ),
    ],
}


class VaultMissing(Exception):
    """A private fact was told by (or is read for) a service that has no vault."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One told fact; `body` is sealed when it is private (`opened` reads both)."""

    id: str
    subject: str
    sequence: int
    key: str
    private: bool
    body: Any
    blocked: bool
    created_at: datetime


def entry_id(now: datetime, number: int, ids: Ids) -> str:
    """12 hex digits of milliseconds, 4 of a number that grows in one process, 12 random ones."""
    return f"{int(now.timestamp() * 1000):012x}{number & 0xFFFF:04x}{ids()[-12:]}"


def fact_id(entry: str, place: int) -> str:
    return f"{entry}{place:0{PLACE_DIGITS}x}"


def entry_and_place(fact: str) -> tuple[str, int]:
    """Where the fact with this id stands."""
    return fact[:-PLACE_DIGITS], int(fact[-PLACE_DIGITS:], 16)


def rows(entry: Mapping[str, Any], places: Iterable[int] | None = None) -> list[Row]:
    """The facts of an entry (those at these places), in the order they were told."""
    facts, reasons = entry["facts"], entry.get("reasons") or {}
    return [
        Row(
            id=fact_id(entry["_id"], place),
            blocked=str(place) in reasons,
            created_at=entry["created_at"],
            **facts[place],
        )
        for place in (range(len(facts)) if places is None else sorted(places))
    ]


def all_rows(database: Database[dict[str, Any]]) -> list[Row]:
    """All facts in the outbox, oldest first: for tests and small outboxes."""
    found = database[OUTBOX].find().sort("_id", ASCENDING)
    return [row for entry in found for row in rows(entry)]


def is_waiting(database: Database[dict[str, Any]], subject: str) -> bool:
    """Whether something told of this subject was not taken by the broker yet. Looks through what
    waits, so for pages that ask now and then. Raises pymongo's errors."""
    return database[OUTBOX].find_one({"state": "pending", "facts.subject": subject},
                                     {"_id": 1}) is not None


def opened(row: Row, vault: Sealing | None) -> str:
    """The envelope's JSON text. Raises VaultMissing for a private fact without a vault."""
    return vault_for(row.key, vault).open(row.body) if row.private else str(row.body)


def vault_for(key: str, vault: Sealing | None) -> Sealing:
    if vault is None:
        raise VaultMissing(f"{key} is private: this needs VAULT_KEY")
    return vault
