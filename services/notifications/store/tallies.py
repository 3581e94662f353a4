"""How many messages were accepted, counted apart from the messages, and how many are where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.domain.balance import UNFINISHED, Counted
from services.notifications.domain.lanes import LANES, Lane, number_of

INDEXES: Mapping[str, list[IndexModel]] = {"tallies": []}
_OLD_AT_ONCE = 1_000


class Tallies:
    """Collection `tallies`: `{_id, count}`, one for each time that messages were written, in the
    same transaction. The id begins with the moment, so that a stretch of time is found by it."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._tallies = database["tallies"]
        self._messages = database["messages"]

    def add(self, count: int, *, within: Transaction) -> None:
        """So many messages are accepted in this transaction."""
        if count:
            tally = {"_id": f"{_key(within.now)} {within.new_id()}", "count": count}
            self._tallies.insert_one(tally, session=within.session)

    def accepted(self, since: datetime, *, within: Transaction) -> int:
        """How many messages were accepted since then."""
        matched = {"$match": {"_id": {"$gte": _key(since)}}}
        total = {"$group": {"_id": None, "count": {"$sum": "$count"}}}
        found = list(self._tallies.aggregate([matched, total], session=within.session))
        return int(found[0]["count"]) if found else 0

    def counted(self, since: datetime, *, within: Transaction) -> list[Counted]:
        """Where the messages are that were written since then."""
        matched = {"$match": {"written_at": {"$gte": since}}}
        group = {"$group": {"_id": {"state": "$state", "turn": "$turn"}, "count": {"$sum": 1}}}
        found = self._messages.aggregate([matched, group], session=within.session)
        return [
            Counted(state=each["_id"]["state"], turn=each["_id"].get("turn"), count=each["count"])
            for each in found
        ]

    def astray(self, since: datetime, *, limit: int = 200) -> list[str]:
        """Ids of messages written since then that are not finished and are nobody's turn."""
        query = {"written_at": {"$gte": since}, "state": {"$in": sorted(UNFINISHED)},
                 "turn": {"$exists": False}}
        with available():
            return [each["_id"] for each in self._messages.find(query, {"_id": 1}).limit(limit)]

    def forget(self, before: datetime) -> None:
        """Drops tallies from before; nobody changes those any more. Safe to repeat."""
        with available():
            found = self._tallies.find({"_id": {"$lt": _key(before)}}, {"_id": 1})
            old = [each["_id"] for each in found.limit(_OLD_AT_ONCE)]
            if old:
                self._tallies.delete_many({"_id": {"$in": old}})

    def oldest(self, turn: int, now: datetime) -> datetime | None:
        """Since when the message waits that has waited longest in this turn and is due."""
        due = {"turn": turn, "look_at": {"$lte": now}}
        with available():
            found = self._messages.find(due, {"look_at": 1}).sort("look_at", ASCENDING).limit(1)
            return next((each["look_at"] for each in found), None)

    def waiting(self, now: datetime) -> dict[Lane, tuple[int, datetime | None]]:
        """By lane, how many messages wait there, due or held, and since when the oldest is due."""
        with available():
            return {
                lane: (self._messages.count_documents({"turn": number_of(lane)}),
                       self.oldest(number_of(lane), now))
                for lane in LANES
            }

    def begun_longest(self, turn: int) -> datetime | None:
        """When the call began that has been without an answer, or a receipt, for longest."""
        with available():
            found = self._messages.find({"turn": turn}, {"started_at": 1})
            begun: Sequence[datetime] = [each["started_at"] for each in found if
                                         each.get("started_at")]
        return min(begun, default=None)

    def held_longest(self) -> datetime | None:
        """When the message was written that is held and is the oldest of these."""
        held = {"turn": {"$in": [number_of(lane) for lane in LANES]}, "state": "held"}
        oldest = {"_id": None, "oldest": {"$min": "$written_at"}}
        with available():
            found = list(self._messages.aggregate([{"$match": held}, {"$group": oldest}]))
        return found[0]["oldest"] if found else None

    def receipts(self, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
        """By provider, of the calls that began in this time: those it took or never answered, and
        those of them for which no receipt has come."""
        states = ["submitted", "unknown", "unknown_final", "delivered", "failed"]
        begun = {"started_at": {"$gte": since, "$lte": until}, "state": {"$in": states}}
        written = {"written_at": {"$gte": since - (until - since)}, **begun}
        group = {"_id": {"provider": "$provider", "state": "$state"}, "count": {"$sum": 1}}
        with available():
            found = list(self._messages.aggregate([{"$match": written}, {"$group": group}]))
        by_provider: dict[str, tuple[int, int]] = {}
        for each in found:
            total, missing = by_provider.get(each["_id"]["provider"], (0, 0))
            is_missing = each["_id"]["state"] not in ("delivered", "failed")
            by_provider[each["_id"]["provider"]] = (
                total + each["count"], missing + (each["count"] if is_missing else 0))
        return by_provider


def _key(moment: datetime) -> str:
    """Sorts as moments do: clocks give UTC or Asia/Shanghai, stored is UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
