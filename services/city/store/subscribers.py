"""Subscribers, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.unit import Transaction
from services.city.domain.subscriber import Subscriber

SUBSCRIBERS = "subscribers"
INDEXES: Mapping[str, list[IndexModel]] = {
    SUBSCRIBERS: [IndexModel("token_hash", name="by_token", unique=True)],
}


class Subscribers:
    """`_id` is the name. What the webhooks of a subscriber are stands in collections of theirs."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database[SUBSCRIBERS]

    def all(self) -> list[Subscriber]:
        return [_subscriber(each) for each in self._documents.find().sort("_id")]

    def of(self, name: str, *, within: Transaction | None = None) -> Subscriber | None:
        found = self._documents.find_one({"_id": name}, session=_session(within))
        return _subscriber(found) if found else None

    def of_token(self, token_hash: str) -> Subscriber | None:
        found = self._documents.find_one({"token_hash": token_hash})
        return _subscriber(found) if found else None

    def keep(self, subscriber: Subscriber, *, within: Transaction | None = None) -> None:
        """New or changed; its count of dropped messages stays what it is."""
        kept = {name: list(value) if isinstance(value, tuple) else value
                for name, value in vars(subscriber).items() if name not in ("name", "dropped")}
        self._documents.update_one({"_id": subscriber.name}, {"$set": kept}, upsert=True,
                                   session=_session(within))

    def remove(self, name: str, *, within: Transaction | None = None) -> None:
        self._documents.delete_one({"_id": name}, session=_session(within))

    def count_dropped(self, counts: Mapping[str, int]) -> None:
        """So many more for each; names that are gone count for nobody."""
        for name, count in counts.items():
            self._documents.update_one({"_id": name}, {"$inc": {"dropped": count}})


def _session(within: Transaction | None) -> ClientSession | None:
    return within.session if within else None


def _subscriber(document: dict[str, Any]) -> Subscriber:
    return Subscriber(
        name=document["_id"], facts=tuple(document["facts"]), state=document["state"],
        token_hash=document["token_hash"], most_connections=document["most_connections"],
        queue_megabytes=document["queue_megabytes"], added_at=document["added_at"],
        dropped=document.get("dropped", 0),
    )
