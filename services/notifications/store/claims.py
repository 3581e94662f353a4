"""Messages that are somebody's turn: claimed lane by lane, begun, looked after (N-2, N-17).

Every change here is an update of one document, many of them in one call: SecantusDB keeps a
collection locked while an update of many waits for a document that a transaction has changed, and
that transaction then waits for the collection, for ever.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.vault import Sealing
from services.notifications.domain.lanes import IN_HAND, LANES, Lane, number_of
from services.notifications.domain.message import Message, State
from services.notifications.store.documents import Document, Documents, message_of

AHEAD = 10  # times as many looked for as are claimed at once, in a lane that is full


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A call that is about to be made: of which message, under which id, through whom."""

    message: Message
    attempt_id: str
    provider: str


class Claims:
    """Who looks after which message, on the collection `messages`.

    What is due in a full lane is looked up for several claims ahead, and claimed in no particular
    order: so workers seldom meet at the same message, and a database that cannot stop at a limit
    does not walk ten thousand reminders for every twenty.
    """

    def __init__(self, database: Database[Document], vault: Sealing) -> None:
        self._documents = database["messages"]
        self._form = Documents(vault)
        self._ahead: dict[Lane, list[str]] = {}

    def take(self, now: datetime, *, claim: str, lease: timedelta, limit: int,
             lanes: Sequence[Lane] = LANES) -> list[Message]:
        """Up to `limit` messages whose time has come, now this worker's for the lease; one of an
        earlier lane before one of a later."""
        tried: list[str] = []
        with available():
            taken = 0
            for lane in lanes:
                while taken < limit and (ids := self._due(lane, now, limit - taken)):
                    tried += ids
                    taken += self._claim(lane, ids, now, claim, lease)
            if not taken:
                return []
            mine = {"_id": {"$in": tried}, "claim": claim, "state": "claimed"}
            return [self._form.opened(document) for document in self._documents.find(mine)]

    def _due(self, lane: Lane, now: datetime, limit: int) -> list[str]:
        """Ids, each handed out once and perhaps claimed by somebody else by now."""
        ahead = self._ahead.get(lane) or []
        if not ahead:
            due = {"turn": number_of(lane), "look_at": {"$lte": now}}
            found = self._documents.find(due, {"_id": 1}).sort("look_at", ASCENDING)
            ahead = [document["_id"] for document in found.limit(limit * AHEAD)]
            if len(ahead) > limit:
                random.shuffle(ahead)
        self._ahead[lane] = ahead[limit:]
        return ahead[:limit]

    def _claim(self, lane: Lane, ids: Sequence[str], now: datetime, claim: str,
               lease: timedelta) -> int:
        mine = {"$set": {"state": "claimed", "claim": claim, "turn": IN_HAND,
                         "look_at": now + lease}}
        due = {"turn": number_of(lane), "look_at": {"$lte": now}}
        claims = [UpdateOne({"_id": id, **due}, mine) for id in ids]
        return self._documents.bulk_write(claims, ordered=False).modified_count

    def begin(self, calls: Sequence[Begun], *, claim: str, now: datetime, lease: timedelta,
              state: State = "claimed") -> list[Begun]:
        """Writes down that these calls are about to be made, and with which texts (N-2); returns
        those whose message is still ours. In state `sending`: anew, after a call that surely
        reached nobody (N-5)."""
        if not calls:
            return []
        begins = [
            UpdateOne({"_id": call.message.message_id, "state": state, "claim": claim}, {
                "$set": {"state": "sending", "provider": call.provider, "started_at": now,
                         "look_at": now + lease, **self._form.said(call.message)},
                "$unset": {"provider_ref": ""},
                "$push": {"attempts": call.attempt_id, "keys": call.attempt_id},
            }) for call in calls
        ]
        with available():
            if self._documents.bulk_write(begins, ordered=False).modified_count == len(calls):
                return list(calls)
            ids = [call.message.message_id for call in calls]
            mine = {"_id": {"$in": ids}, "state": "sending", "claim": claim}
            ours = {document["_id"] for document in self._documents.find(mine, {"_id": 1})}
            return [call for call in calls if call.message.message_id in ours]

    def overdue(self, turn: int, now: datetime, *, limit: int) -> list[Message]:
        """Messages of one turn whose time has come, the oldest first."""
        due = {"turn": turn, "look_at": {"$lte": now}}
        with available():
            found = self._documents.find(due).sort("look_at", ASCENDING).limit(limit)
            return [message_of(document) for document in found]

    def reserve(self, messages: Iterable[Message], *, until: datetime) -> list[Message]:
        """Of these overdue messages those that nobody else looks after: ours until then."""
        mine: list[Message] = []
        with available():
            for each in messages:
                there = {"_id": each.message_id, "state": each.state, "look_at": each.look_at}
                result = self._documents.update_one(there, {"$set": {"look_at": until}})
                mine += [each] if result.modified_count else []
        return mine
