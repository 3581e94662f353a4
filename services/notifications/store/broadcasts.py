"""Broadcasts as documents; workers and deciders meet in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.acting import Acting
from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.domain.broadcast import Broadcast, Decision
from services.notifications.domain.broken import UnknownBroadcast

INDEXES: Mapping[str, list[IndexModel]] = {
    "broadcasts": [
        IndexModel([("made_at", DESCENDING)], name="latest"),
        IndexModel([("busy", ASCENDING)], name="busy", partialFilterExpression={"busy": True}),
    ],
}
Document = dict[str, Any]


class Broadcasts:
    """Collection `broadcasts`: `_id` is the broadcast's."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["broadcasts"]

    def add(self, broadcast: Broadcast, *, within: Transaction) -> None:
        """Keeps a new one."""
        self._documents.insert_one(_document(broadcast), session=within.session)

    def save(self, broadcast: Broadcast, *, within: Transaction) -> None:
        """Replaces it as it is now."""
        self._documents.replace_one(
            {"_id": broadcast.broadcast_id}, _document(broadcast), session=within.session
        )

    def one(self, broadcast_id: str, *, within: Transaction | None = None) -> Broadcast:
        """Raises UnknownBroadcast, Unavailable."""
        with available():
            found = self._documents.find_one(
                {"_id": broadcast_id}, session=within.session if within else None
            )
        if found is None:
            raise UnknownBroadcast
        return _broadcast(found)

    def latest(self, *, skip: int, limit: int) -> list[Broadcast]:
        """Newest first."""
        with available():
            found = self._documents.find().sort("made_at", DESCENDING).skip(skip).limit(limit)
            return [_broadcast(each) for each in found]

    def busy(self) -> list[Broadcast]:
        """Those that a worker has something to do for, the oldest first."""
        with available():
            found = self._documents.find({"busy": True}).sort("made_at", ASCENDING)
            return [_broadcast(each) for each in found]


def _document(broadcast: Broadcast) -> Document:
    fields = {name: value for name, value in vars(broadcast).items()
              if value is not None and name != "broadcast_id"}
    for name in ("decided", "stopped"):
        if name in fields:
            fields[name] = {**vars(fields[name]), "by": _actor(fields[name].by)}
    return {**fields, "_id": broadcast.broadcast_id, "groups": list(broadcast.groups),
            "made_by": _actor(broadcast.made_by)}


def _actor(acting: Acting) -> Document:
    return {"actor": acting.actor, "person_ref": acting.person_ref}


def _broadcast(document: Mapping[str, Any]) -> Broadcast:
    fields = {name: value for name, value in document.items() if name != "_id"}
    for name in ("decided", "stopped"):
        if name in fields:
            fields[name] = Decision(**{**fields[name], "by": Acting(**fields[name]["by"])})
    fields.setdefault("session_id", None)
    return Broadcast(
        **{**fields, "broadcast_id": document["_id"], "groups": tuple(document["groups"]),
           "made_by": Acting(**document["made_by"])}
    )
