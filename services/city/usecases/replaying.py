"""Reading the feed as a subscriber: what it is granted, by position, from any day on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from services.city.domain.broken import (
    Ahead,
    AskedTooOften,
    Forgotten,
    NotGranted,
    Suspended,
)
from services.city.domain.granting import checked, granted
from services.city.domain.subscriber import Subscriber
from services.city.store import Store
from services.city.store.feed import Fed, Feed
from services.city.usecases.application import City

MINUTE = 60


def token_hash(token: str) -> str:
    """What is kept of a token: found by its hash, so that no answer's time tells how much of a
    guess was right."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def holder(store: Store, token: str) -> str | None:
    """The name of the subscriber whose token it is."""
    found = store.subscribers.of_token(token_hash(token))
    return found.name if found else None


def hearer(store: Store, name: str) -> Subscriber:
    """The subscriber, as operators left it just now. Raises Suspended, also when it is gone."""
    found = store.subscribers.of(name)
    if found is None or found.state == "suspended":
        raise Suspended("the subscription is suspended: ask the department's operators")
    return found


def count_request(city: City, subscriber: Subscriber) -> None:
    """Raises AskedTooOften."""
    most = city.feed_per_minute
    if seconds := city.tries.take("feed", subscriber.name, most=most, seconds=MINUTE):
        raise AskedTooOften(most, seconds)


def wanted_keys(subscriber: Subscriber, patterns: Sequence[str]) -> frozenset[str]:
    """The keys that are both granted and asked for; all that are granted when nothing is asked.

    Raises UnknownPattern, and NotGranted for a pattern of which nothing is granted.
    """
    may = frozenset(granted(subscriber.facts))
    if not patterns:
        return may
    asked: set[str] = set()
    for pattern in checked(patterns):
        found = may & set(granted([pattern]))
        if not found:
            raise NotGranted(pattern, subscriber.facts)
        asked |= found
    return frozenset(asked)


def beginning(store: Store, *, after: int | None, since: datetime | None) -> int:
    """The position to read on behind: that one, that of a moment, or the oldest that is kept.
    Raises Forgotten and Ahead."""
    first, last = store.feed.ends()
    if after is None:
        return store.feed.since(since) if since else first - 1
    if after > last:
        raise Ahead(after, last)
    if after + 1 < first:
        raise Forgotten(after, first)
    return after


@dataclass(frozen=True, kw_only=True)
class Page:
    """Facts in order; `next` is the position to go on behind. `whole` when there was no more room
    or the feed goes on there: such a page is what it is for ever."""

    facts: Sequence[Fed]
    next: int
    whole: bool

    def to_json(self) -> str:
        """Each fact with the very bytes that were published."""
        facts = ",".join(f'{{"position":{fed.position},"fact":{fed.body}}}' for fed in self.facts)
        more = json.dumps(self.whole)
        return f'{{"facts":[{facts}],"next":{self.next},"more":{more}}}'


def page(feed: Feed, position: int, keys: frozenset[str], *, limit: int) -> Page:
    """Up to `limit` facts behind the position. What is not wanted is passed by, so `next` moves on
    without it; where that is much the page may be empty, though the feed goes on."""
    found = feed.after(position, keys, limit=limit)
    return Page(facts=found.facts, next=found.reached,
                whole=found.more or len(found.facts) == limit)
