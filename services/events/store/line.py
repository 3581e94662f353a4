"""The line of a session as documents: one for each party in it, and one that counts them.

Everybody who waits asks for their position, and every freed place for who is first; neither may
cost more because the line is long. So the parties are counted by stretches of STRETCH arrivals, in
one document for each session: only one stretch is ever counted or sorted party by party.
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
PIECE = 20  # parties given out at once
STRETCH = 128  # arrivals
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
        others: Document = {}
        if full := session.full_pools():
            others["pools"] = {"$nin": sorted(full)}
        for rank, stretch in sorted(self._stretches(session.session_id, within)):
            found = self._entries.find(
                {**_within(session.session_id, rank, stretch), **others}, session=within.session
            )
            ids = [each["_id"] for each in found.sort("arrival", ASCENDING)]
            for start in range(0, len(ids), PIECE):
                yield ids[start : start + PIECE]

    def position(self, registration: Registration, *, within: Transaction | None = None) -> int:
        """The place in line now, from 1."""
        session_id, (rank, arrival) = registration.session_id, registration.rank
        own = rank, arrival // STRETCH
        counts = self._stretches(session_id, within)
        before = sum(count for stretch, count in counts.items() if stretch < own)
        beside = _within(session_id, *own, until=arrival)
        return 1 + before + self._entries.count_documents(
            beside, session=within.session if within else None
        )

    def _stretches(self, session_id: str, within: Transaction | None) -> dict[tuple[int, int], int]:
        """How many stand in each stretch that has any, by rank and number of the stretch."""
        kept = self._counts.find_one({"_id": session_id}, session=within and within.session) or {}
        by_name: dict[str, int] = kept.get("parties", {})
        return {_stretch_of(name): count for name, count in by_name.items() if count}

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


def _within(session_id: str, rank: int, stretch: int, *, until: int | None = None) -> Document:
    """Chooses the entries of the stretch, those before the arrival `until` if it is given."""
    end = (stretch + 1) * STRETCH if until is None else until
    return {"session_id": session_id, "rank": rank,
            "arrival": {"$gte": stretch * STRETCH, "$lt": end}}


def _stretch_of(name: str) -> tuple[int, int]:
    rank, stretch = name.split("/")
    return int(rank), int(stretch)
