"""Webhooks, by the subscriber's name; and what operators ordered for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.unit import Transaction
from services.city.domain.broken import UnknownWebhook
from services.city.domain.webhook import Ping, Replay, Secret, Webhook

WEBHOOKS, REPLAYS, PINGS = "webhooks", "webhook_replays", "webhook_pings"
INDEXES: Mapping[str, list[IndexModel]] = {
    WEBHOOKS: [],
    REPLAYS: [IndexModel([("name", ASCENDING), ("ordered_at", ASCENDING)], name="of_webhook")],
    PINGS: [IndexModel("name", name="of_webhook")],
}
Document = dict[str, Any]


class Webhooks:
    """`_id` is the name; secrets lie sealed. Methods may raise pymongo's errors."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database[WEBHOOKS]

    def all(self) -> list[Webhook]:
        return [_webhook(each) for each in self._documents.find().sort("_id", ASCENDING)]

    def of(self, name: str, transaction: Transaction | None = None) -> Webhook:
        """Raises UnknownWebhook."""
        found = self._documents.find_one({"_id": name}, session=_session(transaction))
        if found is None:
            raise UnknownWebhook(name)
        return _webhook(found)

    def keep(self, webhook: Webhook, transaction: Transaction) -> None:
        """New or changed."""
        kept = {"url": webhook.url, "state": webhook.state, "why": webhook.why,
                "set_at": webhook.set_at,
                "secrets": [{"sealed": each.sealed, "until": each.until}
                            for each in webhook.secrets]}
        self._documents.update_one({"_id": webhook.name}, {"$set": kept}, upsert=True,
                                   session=transaction.session)

    def pause(self, name: str, why: str) -> bool:
        """By the caller; False when it is paused or gone."""
        change = {"$set": {"state": "paused", "why": why}}
        return self._documents.update_one({"_id": name, "state": "active"},
                                          change).modified_count == 1

    def remove(self, name: str, transaction: Transaction) -> None:
        self._documents.delete_one({"_id": name}, session=transaction.session)


class Orders:
    """Replays and pings that wait for the caller, oldest first."""

    def __init__(self, database: Database[Document]) -> None:
        self._replays, self._pings = database[REPLAYS], database[PINGS]

    def names(self) -> set[str]:
        """For whom something was ordered."""
        return {*self._replays.distinct("name"), *self._pings.distinct("name")}

    def replays(self, name: str) -> list[Replay]:
        found = self._replays.find({"name": name}).sort([("ordered_at", ASCENDING),
                                                         ("_id", ASCENDING)])
        return [_replay(each) for each in found]

    def order(self, replay: Replay, transaction: Transaction) -> None:
        document = {**vars(replay), "facts": list(replay.facts)}
        self._replays.insert_one({"_id": document.pop("replay_id"), **document},
                                 session=transaction.session)

    def went_on(self, replay: Replay) -> None:
        """How far it is; one that is through goes away."""
        if replay.after >= replay.to:
            self._replays.delete_one({"_id": replay.replay_id})
            return
        kept = {name: getattr(replay, name) for name in ("after", "tries", "since", "at")}
        self._replays.update_one({"_id": replay.replay_id}, {"$set": kept})

    def ask_ping(self, ping: Ping, transaction: Transaction) -> None:
        self._pings.insert_one({"_id": ping.ping_id, "name": ping.name, "asked_at": ping.asked_at},
                               session=transaction.session)

    def take_ping(self, name: str) -> Ping | None:
        """The next one, which nobody else takes then."""
        found = self._pings.find_one_and_delete({"name": name})
        if found is None:
            return None
        return Ping(ping_id=found["_id"], name=found["name"], asked_at=found["asked_at"])

    def forget(self, name: str, transaction: Transaction) -> None:
        """Nothing is ordered any more."""
        for documents in (self._replays, self._pings):
            documents.delete_many({"name": name}, session=transaction.session)

    def forget_pings(self, before: datetime) -> None:
        """Those that nobody took while it mattered."""
        self._pings.delete_many({"asked_at": {"$lt": before}})


def _session(transaction: Transaction | None) -> ClientSession | None:
    return transaction.session if transaction else None


def _webhook(document: Document) -> Webhook:
    return Webhook(
        name=document["_id"], url=document["url"], state=document["state"], why=document["why"],
        set_at=document["set_at"],
        secrets=tuple(Secret(sealed=each["sealed"], until=each["until"])
                      for each in document["secrets"]),
    )


def _replay(document: Document) -> Replay:
    return Replay(
        replay_id=document["_id"], name=document["name"], after=document["after"],
        to=document["to"], facts=tuple(document["facts"]), ordered_at=document["ordered_at"],
        tries=document["tries"], since=document["since"], at=document["at"],
    )
