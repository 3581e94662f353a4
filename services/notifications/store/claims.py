"""Messages that are somebody's turn: found lane by lane, begun, looked after (N-2, N-17).

Outside a transaction every change here is an update of one document: SecantusDB keeps a collection
locked while an update of many waits for a document that a transaction has changed, and that
transaction then waits for the collection, for ever.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, UpdateMany, UpdateOne
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.notifications.domain.lanes import IN_HAND, LANES, Lane, number_of
from services.notifications.domain.message import Message, attempt_of
from services.notifications.store.documents import Document, Documents, message_of

AHEAD = 10  # times as many looked for as leave at once, in a lane that is full


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A call that is about to be made: of which message, under which id, through whom. `call` is
    shared by the calls of a batch; `reworded`: the message says, or counts, as another than was
    kept of it."""

    message: Message
    call: str
    provider: str
    reworded: bool = False

    @property
    def attempt_id(self) -> str:
        """What the provider knows the call by."""
        return attempt_of(self.message.message_id, self.call)

    @property
    def is_plain(self) -> bool:
        """Whether its update says nothing but what those of other calls say as well."""
        return not self.reworded and self.message.provider_ref is None


class Claims:
    """Who looks after which message, on the collection `messages`.

    What is due in a full lane is looked up for several batches ahead, and taken in no particular
    order: so workers seldom meet at the same message, and a database that cannot stop at a limit
    does not walk ten thousand reminders for every batch.
    """

    def __init__(self, database: Database[Document], vault: Sealing) -> None:
        self._documents = database["messages"]
        self._form = Documents(vault)
        self._ahead: dict[Lane, list[str]] = {}

    def due(self, now: datetime, *, limit: int, lanes: Sequence[Lane] = LANES) -> list[Message]:
        """Up to `limit` messages whose time has come, one of an earlier lane before one of a
        later. They are nobody's yet: others may see the same, and one of them begins it."""
        found: list[Message] = []
        with available():
            for lane in lanes:
                if len(found) < limit:
                    found += self._due(lane, now, limit - len(found))
        return found

    def _due(self, lane: Lane, now: datetime, limit: int) -> list[Message]:
        """Some of what was looked up ahead; when all of that is in other hands by now, anew."""
        ahead = self._ahead.pop(lane, [])
        while True:
            is_fresh = not ahead
            if is_fresh:
                ahead = self._look_up(lane, now, limit)
            ids, ahead = ahead[:limit], ahead[limit:]
            found = list(self._still_due(lane, ids, now)) if ids else []
            if found or (is_fresh and not ahead):
                self._ahead[lane] = ahead
                return found

    def _look_up(self, lane: Lane, now: datetime, limit: int) -> list[str]:
        due = {"turn": number_of(lane), "look_at": {"$lte": now}}
        found = self._documents.find(due, {"_id": 1}).sort("look_at", ASCENDING)
        ids = [document["_id"] for document in found.limit(limit * AHEAD)]
        if len(ids) > limit:
            random.shuffle(ids)
        return ids

    def _still_due(self, lane: Lane, ids: Sequence[str], now: datetime) -> Iterator[Message]:
        for document in self._documents.find({"_id": {"$in": list(ids)}}):
            if document.get("turn") == number_of(lane) and document["look_at"] <= now:
                yield self._form.opened(document)

    def begin(self, calls: Sequence[Begun], *, claim: str, now: datetime, lease: timedelta,
              within: Transaction, anew: bool = False) -> list[Begun]:
        """Writes down that these calls are about to be made, and what those say that say something
        new (N-2); returns the calls whose message is ours by that, as long as the lease.

        A message that is not due in a lane any more is somebody else's. `anew`: the message is
        ours, after a call of this claim that surely reached nobody (N-5).
        """
        mine = {"claim": claim, "state": "sending"}
        free = mine if anew else {"turn": {"$lt": IN_HAND}, "look_at": {"$lte": now}}
        taken = {**mine, "started_at": now, "look_at": now + lease, "turn": IN_HAND}
        begins = [UpdateMany({"_id": {"$in": ids}, **free}, _begun(call, provider, taken))
                  for (call, provider), ids in _alike(calls).items()]
        begins_anew = [UpdateOne({"_id": each.message.message_id, **free}, self._said(each, taken))
                       for each in calls if not each.is_plain]
        documents, session = self._documents, within.session
        done = documents.bulk_write([*begins, *begins_anew], ordered=False, session=session)
        if done.modified_count == len(calls):
            return list(calls)
        ids = [each.message.message_id for each in calls]
        found = documents.find({"_id": {"$in": ids}}, session=session)
        names = {name for document in found for name in document["attempts"][-1:]
                 if document.get("claim") == claim}
        return [each for each in calls if each.attempt_id in names]

    def _said(self, call: Begun, taken: Document) -> Document:
        """The update of one message, with what it says by now."""
        return {"$set": {**taken, "provider": call.provider, **self._form.said(call.message)},
                "$unset": {"provider_ref": ""}, "$push": {"attempts": call.attempt_id}}

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


def _alike(calls: Iterable[Begun]) -> dict[tuple[str, str], list[str]]:
    """The plain ones' messages, by call and provider: one update of many costs half of what many
    updates of one do."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in calls:
        if each.is_plain:
            alike[each.call, each.provider].append(each.message.message_id)
    return alike


def _begun(call: str, provider: str, taken: Document) -> list[dict[str, Any]]:
    """The update of many messages; each has an attempt's id that names it. `$split` makes a list
    of the id, which has no space in it."""
    attempt = {"$split": [{"$concat": ["$_id", attempt_of("", call)]}, " "]}
    attempts = {"$concatArrays": ["$attempts", attempt]}
    return [{"$set": {**taken, "provider": {"$literal": provider}, "attempts": attempts}}]
