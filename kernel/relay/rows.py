"""The outbox as the relay sees it: what waits, what was sent, what is blocked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from kernel.outbox import OUTBOX, Row, entry_and_place, opened, rows
from kernel.vault import Sealing
from kernel.wire import Wire

__all__ = ["Row", "Rows", "unblock"]

LISTED = 10_000  # entries of one sweep
TOGETHER = 100  # entries read or marked at a time: a slow server answers in time all the same
SKEW = 2.0  # seconds by which the clocks of two machines may differ

_UNSENT: Mapping[str, Any] = {"$in": ["pending", "blocked"]}


@dataclass
class _Entry:
    """What this relay knows of an entry: the places that still wait, and the blocked among them."""

    left: set[int]
    blocked: set[int]

    def state(self) -> str:
        if not self.left:
            return "sent"
        return "blocked" if self.left <= self.blocked else "pending"


class Rows:
    """Reads and marks a service's outbox. Every method may raise pymongo's errors; all are safe to
    repeat. An entry is marked when all of it is sent or something of it is blocked; until then
    this relay alone remembers what of it was sent (another one sends that again)."""

    def __init__(self, database: Database[dict[str, Any]], vault: Sealing | None = None,
                 wire: Wire | None = None) -> None:
        self._outbox = database[OUTBOX]
        self._vault, self._wire = vault, wire
        self._known: dict[str, _Entry] = {}

    def sweep(self, size: int) -> Iterator[list[Row]]:
        """All that waits now, oldest first, in rounds of whole entries with at least `size` facts.

        A round is read when it is asked for. No cursor is kept and the next sweep begins anew, so
        an entry that commits late is not missed.
        """
        found: list[Row] = []
        listed = self._outbox.find({"state": "pending"}, {"_id": 1}).sort("_id", 1).limit(LISTED)
        ids = [entry["_id"] for entry in listed]
        for first in range(0, len(ids), TOGETHER):
            chosen = ids[first : first + TOGETHER]
            for entry in self._between(chosen[0], chosen[-1]):
                found += self._left(entry)
                if len(found) >= size:
                    yield found
                    found = []
        if found:
            yield found
        if not ids:
            self._known.clear()  # what another relay has sent meanwhile need not be remembered

    def pending(self, limit: int) -> list[Row]:
        """The first round of a sweep; empty when nothing waits."""
        return next(self.sweep(limit), [])

    def unsent(self, subjects: Sequence[str], *, until: Row) -> list[Row]:
        """What of these subjects is blocked, or pending and told until `SKEW` after `until`.

        Two questions, because each has an index of its own and the log behind it is long.
        """
        wanted = set(subjects)
        bound = f"{int(entry_and_place(until.id)[0][:12], 16) + int(SKEW * 1000):012x}"
        pending = self._outbox.find({"state": "pending", "_id": {"$lt": bound}})
        stuck = {"state": "blocked", "facts.subject": {"$in": list(subjects)}}
        entries = [*pending, *self._outbox.find(stuck)]
        return [row for entry in entries for row in self._left(entry) if row.subject in wanted]

    def forget(self) -> None:
        """What was sent of half-sent entries is unknown: another relay may have been at work."""
        self._known.clear()

    def text(self, row: Row) -> bytes:
        """The envelope's JSON; of a private fact opened, and with a wire sealed for the way."""
        text = opened(row, self._vault)
        if row.private and self._wire is not None:
            text = self._wire.seal(text)
        return text.encode()

    def mark_sent(self, ids: Sequence[str], at: datetime) -> None:
        """Facts that were confirmed; they are not given again."""
        whole = []
        for id, places in _by_entry(ids).items():
            entry = self._known[id]
            entry.left -= places
            if (state := entry.state()) == "sent":
                whole.append(id)
            elif state == "blocked":
                self._write(id, {})
        change = {"$set": {"state": "sent", "sent_at": at}, "$unset": {"left": "", "reasons": ""}}
        for first in range(0, len(whole), TOGETHER):
            chosen = whole[first : first + TOGETHER]
            self._outbox.update_many({"_id": {"$in": chosen}}, change)
            for id in chosen:
                del self._known[id]

    def mark_blocked(self, reasons: Mapping[str, str]) -> None:
        """Set facts aside until `unblock`; `reasons` by id."""
        for id, places in _by_entry(reasons).items():
            self._known[id].blocked |= places
            self._write(id, {place: reasons[f"{id}{place:04x}"] for place in places})

    def _write(self, id: str, reasons: Mapping[int, str]) -> None:
        entry = self._known[id]
        change: dict[str, Any] = {f"reasons.{place}": why for place, why in reasons.items()}
        change |= {"state": entry.state(), "left": sorted(entry.left)}
        self._outbox.update_one({"_id": id, "state": _UNSENT}, {"$set": change})

    def oldest_pending(self) -> datetime | None:
        """When the longest waiting fact was told; None when nothing waits."""
        found = self._outbox.find({"state": "pending"}, ("created_at",)).sort("_id", 1).limit(1)
        return next((entry["created_at"] for entry in found), None)

    def count(self, state: str) -> int:
        """How many facts of entries in this state still wait."""
        left = {"$size": {"$ifNull": ["$left", "$facts"]}}
        steps: list[dict[str, Any]] = [
            {"$match": {"state": state}},
            {"$group": {"_id": None, "facts": {"$sum": left}}},
        ]
        return sum(int(group["facts"]) for group in self._outbox.aggregate(steps))

    def _between(self, first: str, last: str) -> list[Mapping[str, Any]]:
        ids = {"$gte": first, "$lte": last}
        return list(self._outbox.find({"state": "pending", "_id": ids}).sort("_id", 1))

    def _left(self, entry: Mapping[str, Any]) -> list[Row]:
        """What of the entry is not sent: this relay's memory, or what was written down."""
        id, blocked = entry["_id"], {int(place) for place in entry.get("reasons") or {}}
        known = self._known.get(id)
        if known is None:
            left = set(entry.get("left") or range(len(entry["facts"])))
            known = self._known[id] = _Entry(left, blocked)
        known.blocked = blocked
        return rows(entry, known.left)


def unblock(database: Database[dict[str, Any]], *, subjects: Iterable[str] | None = None) -> int:
    """Let blocked facts (of these subjects, or all) be sent again; how many. Safe to repeat."""
    outbox, count = database[OUTBOX], 0
    wanted = None if subjects is None else set(subjects)
    for entry in list(outbox.find({"state": _UNSENT, "reasons": {"$exists": True}})):
        freed = [
            place
            for place in entry["reasons"]
            if wanted is None or entry["facts"][int(place)]["subject"] in wanted
        ]
        if freed:
            gone = {f"reasons.{place}": "" for place in freed}
            change = {"$set": {"state": "pending"}, "$unset": gone}
            outbox.update_one({"_id": entry["_id"], "state": _UNSENT}, change)
            count += len(freed)
    return count


def _by_entry(ids: Iterable[str]) -> dict[str, set[int]]:
    entries: dict[str, set[int]] = defaultdict(set)
    for id in ids:
        entry, place = entry_and_place(id)
        entries[entry].add(place)
    return entries
