"""The feed: every public fact once, by the position it was given after it was published.

A position is the next number of one document, taken in the transaction that writes the rows: who
sees position 12 has already been able to see 11, so nobody who reads on behind what they know
misses a fact that was committed late (RELIABILITY 6.7). Positions have no gaps, so every question
names both ends of a short range, and nothing takes longer because the feed is long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.unit import Transaction
from services.city.store import heads
from services.city.store.heads import EVERY, Heads, Marks
from services.city.store.tallies import Tallies, between

FEED = "feed"
INDEXES: Mapping[str, list[IndexModel]] = {
    FEED: [IndexModel("position", name="by_position", unique=True)], **heads.INDEXES,
}
AT_ONCE = 1_000  # positions that are asked for in one go, a multiple of EVERY
LOOKED = 5_000  # positions that are looked through for one answer
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Published:
    """A fact that the broker took for the city: its id, key, subject and what was sent."""

    id: str
    key: str
    subject: str
    source: str
    sequence: int
    body: str


@dataclass(frozen=True, kw_only=True)
class Fed(Published):
    """The same with its position (1, 2, 3 …) and when it was given."""

    position: int
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Facts in order. Up to `reached` there are no others of what was asked for; `more` when the
    feed goes on behind it."""

    facts: Sequence[Fed]
    reached: int
    more: bool


class Feed:
    """The rows, and in `tallies` how many there are of what. Methods may raise pymongo's errors."""

    def __init__(self, database: Database[Row]) -> None:
        self._rows, self._heads, self._marks = database[FEED], Heads(database), Marks(database)
        self.tallies = Tallies(database, self._rows)

    def known(self, ids: Collection[str], session: ClientSession | None = None) -> set[str]:
        """Those of the facts that have their position already."""
        found = self._rows.find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=session)
        return {row["_id"] for row in found}

    def append(self, facts: Sequence[Published], transaction: Transaction) -> None:
        """Give each the next position; a fact that has one keeps it. Safe to repeat, and from
        several processes at once: they take turns at the head. Its time never goes back."""
        session = transaction.session
        head = self._heads.turn(session)
        known = self.known([fact.id for fact in facts], session)
        new = {fact.id: fact for fact in facts if fact.id not in known}
        if not new:
            return
        at, counts, marks = max(transaction.now, head.published_at), head.counts.copy(), {}
        rows = [_row(fact, position, at)
                for position, fact in enumerate(new.values(), start=head.position + 1)]
        for row in rows:
            counts[row["key"]] += 1
            if row["position"] % EVERY == 0:
                marks[row["position"]] = counts.copy()
        self._heads.went_on(head.position + len(rows), at, counts, session)
        self._marks.add(marks, session)
        self._rows.insert_many(rows, session=session)

    def after(self, position: int, keys: Collection[str], *, limit: int) -> Stretch:
        """Up to `limit` facts of these keys behind the position, as far as is looked at once."""
        first, last = self.ends()  # what comes from now on is not passed by
        position, found, wide = max(position, first - 1), list[Fed](), limit
        until = min(last, position + LOOKED)
        while position < until and len(found) < limit:
            end, left = min(position + min(wide, AT_ONCE), until), limit - len(found)
            rows = self._rows.find({"position": between(position, end), "key": {"$in": list(keys)}})
            some = [_fed(row) for row in rows.sort("position", ASCENDING).limit(left)]
            position = some[-1].position if len(some) == left else end
            found += some
            wide *= 2
        return Stretch(facts=found, reached=position, more=position < last)

    def between(self, behind: int, end: int) -> list[Fed]:
        """Everything behind a position, up to another one that is not far away."""
        rows = self._rows.find({"position": between(behind, end)})
        return [_fed(row) for row in rows.sort("position", ASCENDING)]

    def at(self, position: int) -> Fed | None:
        """The fact at a position; None when there is none or its row was deleted."""
        found = self._rows.find_one({"position": position})
        return _fed(found) if found else None

    def of(self, id: str) -> Fed | None:
        found = self._rows.find_one({"_id": id})
        return _fed(found) if found else None

    def ends(self) -> tuple[int, int]:
        """The oldest position that is told (that of the next fact when none is), and the latest (0
        before the first fact), in one look."""
        return self._heads.ends()

    def last(self) -> int:
        return self.ends()[1]

    def first(self) -> int:
        return self.ends()[0]

    def counts(self) -> Counter[str]:
        """How many facts of each key there have been, forgotten ones too."""
        return self._heads.now().counts

    def since(self, moment: datetime) -> int:
        """The position behind which everything published at the moment or later stands."""
        first, high = self.ends()
        low = first - 1
        while low < high:
            middle = (low + high + 1) // 2
            row = self._rows.find_one({"position": middle}, {"published_at": 1})
            if row and row["published_at"] >= moment:
                high = middle - 1
            else:
                low = middle
        return low

    def forget(self, before: datetime) -> int:
        """Tell no more what was published before the moment; how many facts that is. Their rows
        stay until `drop`, for whoever is reading them at this moment."""
        old, new = self.first(), self.since(before) + 1
        self._heads.begin_at(new)
        return new - old

    def drop(self) -> int:
        """Delete rows that are told no more, from mark to mark, so that what is kept can still be
        counted; how many. Safe to repeat and to interrupt."""
        gone, position = 0, self._heads.dropped()
        kept = (self.first() - 1) // EVERY * EVERY
        while position < kept:
            end = min(position + AT_ONCE, kept)
            gone += self._rows.delete_many({"position": between(position, end)}).deleted_count
            self._marks.drop(range(position, end, EVERY))
            self._heads.drop(end)
            position = end
        return gone


def _row(fact: Published, position: int, at: datetime) -> Row:
    return {"_id": fact.id, "position": position, "published_at": at,
            **{name: value for name, value in vars(fact).items() if name != "id"}}


def _fed(row: Row) -> Fed:
    return Fed(
        position=row["position"], published_at=row["published_at"], id=row["_id"], key=row["key"],
        subject=row["subject"], source=row["source"], sequence=row["sequence"], body=row["body"],
    )
