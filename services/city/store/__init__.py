"""Documents to domain and back: the feed, who subscribes, webhooks and their calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from services.city.store import calls, feed, lines, standings, subscribers, webhooks
from services.city.store.webhooks import Orders

INDEXES: Mapping[str, list[IndexModel]] = {
    **feed.INDEXES, **subscribers.INDEXES, **standings.INDEXES, **webhooks.INDEXES,
    **lines.INDEXES, **calls.INDEXES,
}


@dataclass(frozen=True, kw_only=True)
class Store:
    """Everything that is kept here."""

    feed: feed.Feed
    subscribers: subscribers.Subscribers
    standings: standings.Standings
    webhooks: webhooks.Webhooks
    orders: Orders
    lines: lines.Lines
    calls: calls.Calls

    @classmethod
    def on(cls, database: Database[dict[str, Any]]) -> Store:
        """The store on a database, real or in memory."""
        return cls(
            feed=feed.Feed(database), subscribers=subscribers.Subscribers(database),
            standings=standings.Standings(database), webhooks=webhooks.Webhooks(database),
            orders=Orders(database), lines=lines.Lines(database), calls=calls.Calls(database),
        )
