"""A turn at one receiver: pings, what waits and is due, what is new, then replays; a while at most.

One call at a time, so that a receiver sees the order of the feed. What was done is marked at least
each second; a death before that only repeats it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.city.domain.broken import UnknownWebhook
from services.city.domain.granting import allows, granted
from services.city.domain.webhook import Kind, Replay, Webhook
from services.city.store.feed import Fed
from services.city.webhooks.bodies import PING, ping_body
from services.city.webhooks.record import Parts, Record, Sent

LASTS = 5.0  # seconds; then another receiver may have the thread
SEEN_FOR = 0.5  # seconds for which what an operator says need not be asked anew
FETCHED = 50
PASSED_BY = 200  # positions


@dataclass(frozen=True)
class Rest:
    """How a turn ended: nothing before `until`, unless there come more of the facts that may be
    heard, of which there were so many (`heard`); `again` when there is more to do at once."""

    heard: Mapping[str, int] = field(default_factory=dict)
    until: datetime | None = None
    again: bool = False

    def is_news(self, counts: Mapping[str, int]) -> bool:
        """Whether more came, by how many of each key there are now."""
        return any(counts.get(key, 0) > heard for key, heard in self.heard.items())


@dataclass(frozen=True)
class _Right:
    """What holds now: the webhook, and the facts that its subscriber may hear."""

    webhook: Webhook
    facts: tuple[str, ...]
    keys: tuple[str, ...]


class Turn:
    """Raises LostTurn when somebody else works on this receiver, VaultRefused, and pymongo's
    errors: whatever was not marked is done again by the next turn."""

    def __init__(self, parts: Parts, name: str, *, stopped: Callable[[], bool]) -> None:
        self._parts, self._name, self._stopped = parts, name, stopped
        self._store, self._now = parts.store, parts.clock
        self._fresh: deque[Fed] = deque()
        self._right: _Right | None = None
        self._looked = float("-inf")
        self._counts = self._store.feed.counts()  # before anything: what comes from now on is news

    def run(self) -> Rest:
        """As much as is to be done, for a while."""
        kept = self._store.lines.of(self._name)
        if kept is None:
            return Rest()
        self._line, self._looked_to = kept.line, kept.line.cursor
        self._record = Record(self._parts, self._name, kept)
        self._ping()
        until, again = time.monotonic() + LASTS, True
        while again and time.monotonic() < until and not self._stopped():
            again = self._step()
            self._record.mark_in_time()
        self._record.mark()
        heard = {key: self._counts[key] for key in self._right.keys} if self._right else {}
        return Rest(heard=heard, until=self._line.wakes_at(self._now()), again=again)

    def _step(self) -> bool:
        """One call, or one fact less; False when there is nothing to do now."""
        right = self._seen()
        if right is None or right.webhook.state == "paused":
            return False
        return self._waited(right) or self._went_on(right) or self._replayed(right)

    def _seen(self) -> _Right | None:
        """None for who is not to be called at all; asked at least twice a second, so that who
        suspends or pauses somebody sees it happen."""
        if time.monotonic() - self._looked > SEEN_FOR:
            self._looked = time.monotonic()
            self._right = self._asked()
        return self._right

    def _asked(self) -> _Right | None:
        subscriber = self._store.subscribers.of(self._name)
        if subscriber is None or subscriber.state != "active":
            return None
        try:
            webhook = self._store.webhooks.of(self._name)
        except UnknownWebhook:
            return None
        return _Right(webhook, subscriber.facts, granted(subscriber.facts))

    def _ping(self) -> None:
        """Also of one that is paused: one tries before one resumes."""
        right = self._seen()
        ping = self._store.orders.take_ping(self._name) if right else None
        if right and ping:
            self._record.call(right.webhook, Sent(kind="ping", id=ping.ping_id, key=PING,
                                                  position=0, body=ping_body(ping)))

    def _waited(self, right: _Right) -> bool:
        position = self._line.due(self._now())
        if position is None:
            return False
        fact = self._store.feed.at(position)
        if fact is None or not allows(right.facts, fact.key):  # forgotten, or no more granted
            self._line.drop(position, self._now())
            self._record.moved()
        else:
            self._tell(right.webhook, fact)
        return True

    def _went_on(self, right: _Right) -> bool:
        if not self._line.reads_on(self._now()):
            return False
        if not self._fresh and not self._fetched(right):
            return False
        fact = self._fresh.popleft() if self._fresh else None
        if fact is None or not allows(right.facts, fact.key):  # no more granted
            return True
        if self._line.takes(fact.position, subject_of(fact)):
            self._tell(right.webhook, fact)
        self._record.moved()
        return True

    def _fetched(self, right: _Right) -> bool:
        """Whether the feed went on. Much of it that is not meant for this one is passed by, so that
        nobody looks through it again."""
        found = self._parts.tail.after(self._looked_to, right.keys, limit=FETCHED)
        went_on, self._looked_to = found.reached > self._looked_to, found.reached
        self._fresh.extend(found.facts)
        if not found.facts and self._looked_to - self._line.cursor >= PASSED_BY:
            self._line.passes(self._looked_to)
            self._record.moved()
        return went_on

    def _tell(self, webhook: Webhook, fact: Fed) -> None:
        answer = self._record.call(webhook, sent_of(fact, "fact"))
        if answer.is_success:
            self._line.succeeded(fact.position, self._now())
            self._record.moved()
            return
        ending = self._line.failed(fact.position, subject_of(fact), self._now(),
                                   chance=self._parts.chance(), wish=answer.wish)
        self._record.ended(ending, answer)
        self._look_again()

    def _replayed(self, right: _Right) -> bool:
        replay = next(iter(self._store.orders.replays(self._name)), None)
        now = self._now()
        if replay is None or not self._line.reads_on(now) or (replay.at and replay.at > now):
            return False
        keys = [key for key in right.keys if allows(replay.facts, key)]
        found = self._store.feed.after(replay.after, keys, limit=1)
        fact = next(iter(found.facts), None)
        if fact is None or fact.position > replay.to:
            end = min(found.reached, replay.to) if found.more else replay.to
            self._store.orders.went_on(replay.gone_past(end))
        elif fact.position in self._line.waiting:  # it comes anyway, in its place
            self._store.orders.went_on(replay.gone_past(fact.position))
        else:
            self._tell_again(right.webhook, replay, fact)
        return True

    def _tell_again(self, webhook: Webhook, replay: Replay, fact: Fed) -> None:
        answer, now = self._record.call(webhook, sent_of(fact, "replay")), self._now()
        self._record.moved()
        if answer.is_success:
            self._line.arrived(now)
            self._store.orders.went_on(replay.gone_past(fact.position))
            return
        chance = self._parts.chance()
        self._line.health = self._line.health.ill(now, first=replay.tries == 0, chance=chance,
                                                  wish=answer.wish)
        ending, changed = replay.failed(fact.position, self._line.health, now, chance=chance)
        self._store.orders.went_on(changed)
        self._record.ended(ending, answer)
        self._look_again()

    def _look_again(self) -> None:
        """Whether it is paused now."""
        self._looked = float("-inf")


def subject_of(fact: Fed) -> str:
    """What has an order of its own: subjects of two sources are two."""
    return f"{fact.source} {fact.subject}"


def sent_of(fact: Fed, kind: Kind) -> Sent:
    return Sent(kind=kind, id=fact.id, key=fact.key, position=fact.position, body=fact.body)
