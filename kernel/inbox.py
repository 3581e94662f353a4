"""The inbox: which facts a consumer has heard, so that each is acted on once.

Rows are `{_id: "<consumer>/<event id>"}` and nothing else: an index on a date would double the
price of hearing, and an event id begins with the time at which it was told, so old rows are one
range of `_id` per consumer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.envelope import Envelope

INBOX = "inbox"
KEPT_DAYS = 400  # after telling; far longer than the outbox can tell a fact again
FORGOTTEN_TOGETHER = 1_000  # rows of one statement

INDEXES: Mapping[str, list[IndexModel]] = {INBOX: []}


def heard(consumer: str, envelope: Envelope) -> str:
    """The row's `_id`: one consumer's hearing of one fact; another consumer's is another row."""
    return f"{consumer}/{envelope.id}"


class Inbox:
    """What the consumers of one service have heard."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database[INBOX]

    def unheard(
        self, consumer: str, envelopes: Sequence[Envelope], session: ClientSession | None
    ) -> list[Envelope]:
        """Those that this consumer has not heard, in the same order."""
        ids = [heard(consumer, envelope) for envelope in envelopes]
        found = self._rows.find({"_id": {"$in": ids}}, {"_id": 1}, session=session)
        known = {row["_id"] for row in found}
        return [one for one, id in zip(envelopes, ids, strict=True) if id not in known]

    def remember(
        self, consumer: str, envelopes: Sequence[Envelope], session: ClientSession | None
    ) -> None:
        """Raises LostRace when one of them is known."""
        rows = [{"_id": heard(consumer, envelope)} for envelope in envelopes]
        with first_come():
            self._rows.insert_many(rows, ordered=False, session=session)

    def forget(self, now: datetime) -> int:
        """Drop what was told more than KEPT_DAYS ago; how many rows. Safe to repeat.

        Goes in bites of FORGOTTEN_TOGETHER, so that no statement holds the database for long.
        """
        oldest = now - timedelta(days=KEPT_DAYS)
        until = f"{int(oldest.timestamp() * 1000):012x}"
        return sum(self._forget(name, until) for name in list(self._consumers()))

    def _forget(self, consumer: str, until: str) -> int:
        first, gone = f"{consumer}/", 0
        old = {"_id": {"$gte": first, "$lt": first + until}}
        while bite := [
            row["_id"]
            for row in self._rows.find(old, {"_id": 1}).sort("_id", 1).limit(FORGOTTEN_TOGETHER)
        ]:
            until_last = {"_id": {"$gte": first, "$lte": bite[-1]}}
            gone += self._rows.delete_many(until_last).deleted_count
        return gone

    def _consumers(self) -> Iterator[str]:
        """Every consumer that has heard something, by hopping from one range to the next."""
        after = ""
        while row := self._rows.find_one({"_id": {"$gt": after}}, sort=[("_id", 1)]):
            name = row["_id"].rpartition("/")[0]
            yield name
            after = f"{name}0"  # the character after "/"
