"""The line of a session as documents: one for each party in it, and one that counts them.

A position is asked for by everybody who waits, and counting those before would cost as much as the
line is long. So the parties are counted by stretches of STRETCH arrivals, in one document for each
session, and only those of the party's own stretch are counted one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.transaction import Transaction
from services.events.domain.registration import Registration
from services.events.domain.session import Session

INDEXES: Mapping[str, list[IndexModel]] = {
    "line": [
        IndexModel([("session_id", ASCENDING), ("rank", ASCENDING), ("arrival", ASCENDING)])
    ],
    "line_counts": [],
}
PIECE = 20  # parties read at once when places are given
STRETCH = 256  # arrivals
Document = dict[str, Any]


class Line:
    """Collections `line`, by registration, and `line_counts`, by session."""

    def __init__(self, database: Database[Document]) -> None:
        self._entries = database["line"]
        self._counts = database["line_counts"]

    def join(self, session: Session, registrations: Sequence[Registration], *,
             within: Transaction) -> None:
        """They stand in line from now on, each where its rank puts it."""
        if not registrations:
            return
        entries = [entry_of(session, each) for each in registrations]
        self._entries.insert_many(entries, ordered=False, session=within.session)
        self._count(session.session_id, registrations, 1, within)

    def leave(self, registration: Registration, *, within: Transaction) -> None:
        """It stands in line no longer. The caller has seen to it that it did."""
        self._entries.delete_one({"_id": registration.registration_id}, session=within.session)
        self._count(registration.session_id, [registration], -1, within)

    def in_order(self, session: Session, *, within: Transaction) -> Iterator[list[str]]:
        """Ids of registrations from the front, in pieces, so take no more than needed.

        Left out are those who need a pool without a place: they could not be served.
        """
        chosen: Document = {"session_id": session.session_id}
        if full := session.full_pools():
            chosen["pools"] = {"$nin": sorted(full)}
        last: Document = {}
        while True:
            found = self._entries.find({**chosen, **last}, session=within.session)
            order = [("rank", ASCENDING), ("arrival", ASCENDING)]
            piece = list(found.sort(order).limit(PIECE))
            if not piece:
                return
            yield [each["_id"] for each in piece]
            rank, arrival = piece[-1]["rank"], piece[-1]["arrival"]
            last = {"$or": [{"rank": {"$gt": rank}}, {"rank": rank, "arrival": {"$gt": arrival}}]}

    def position(self, registration: Registration, *, within: Transaction | None = None) -> int:
        """The place in line now, from 1."""
        session = within.session if within else None
        session_id = registration.session_id
        rank, arrival = registration.rank
        own = rank, arrival // STRETCH
        kept = self._counts.find_one({"_id": session_id}, session=session) or {"parties": {}}
        stretches: dict[str, int] = kept["parties"]
        before = sum(count for name, count in stretches.items() if _stretch_of(name) < own)
        beside = {"session_id": session_id, "rank": rank,
                  "arrival": {"$gte": own[1] * STRETCH, "$lt": arrival}}
        return 1 + before + self._entries.count_documents(beside, session=session)

    def _count(self, session_id: str, registrations: Sequence[Registration], step: int,
               within: Transaction) -> None:
        parties: Counter[str] = Counter()
        for each in registrations:
            rank, arrival = each.rank
            parties[f"parties.{rank}/{arrival // STRETCH}"] += step
        self._counts.update_one(
            {"_id": session_id}, {"$inc": dict(parties)}, upsert=True, session=within.session
        )


def entry_of(session: Session, registration: Registration) -> Document:
    """Its turn in line: by rank and arrival, with the pools it needs."""
    rank, arrival = registration.rank
    return {
        "_id": registration.registration_id, "session_id": registration.session_id,
        "rank": rank, "arrival": arrival, "pools": sorted(session.needs(registration.seats)),
    }


def _stretch_of(name: str) -> tuple[int, int]:
    rank, stretch = name.split("/")
    return int(rank), int(stretch)
