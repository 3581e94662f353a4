"""Who subscribes and how far behind each is: pages for operators, and the same for programs.

Nothing is changed here: that takes an administrator of the broker, and no process of the service
is one. So the page says which command does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from kernel.mongo import available
from kernel.pages import Pages
from kernel.web import OPERATOR, Call, door
from kernel.web.scope import of_all
from services.city.domain.broken import UnknownSubscriber, UnknownWebhook
from services.city.domain.granting import granted, public_keys
from services.city.domain.subscriber import Subscriber
from services.city.domain.webhook import Webhook
from services.city.store.standings import Standing
from services.city.usecases.application import City

STALE = timedelta(minutes=2)  # the bridge looks every quarter of a minute
LATE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A subscriber as the bridge saw it last: `depth` and `seconds` are None when nobody looks;
    `seconds` is how long the oldest fact has waited, `late` when that is too long."""

    one: Subscriber
    depth: int | None = None
    seconds: int | None = None
    late: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The public facts of today that it hears."""
        return granted(self.one.facts)


class SubscriberAnswer(Schema):
    """One subscriber; `waiting` and `oldest_seconds` are null while no bridge looks."""

    name = fields.String(attribute="one.name")
    state = fields.String(attribute="one.state")
    facts = fields.List(fields.String(), attribute="one.facts")
    reads_log = fields.Boolean(attribute="one.reads_log")
    most_connections = fields.Integer(attribute="one.most_connections")
    queue_megabytes = fields.Integer(attribute="one.queue_megabytes")
    added_at = fields.AwareDateTime(attribute="one.added_at", format="iso")
    waiting = fields.Integer(attribute="depth", allow_none=True)
    oldest_seconds = fields.Integer(attribute="seconds", allow_none=True)
    dropped = fields.Integer(attribute="one.dropped")


class SubscriberPages:
    """Mixed into the service's class for HTTP."""

    app: City
    pages: Pages

    @door("GET", "/api/subscribers", allow=OPERATOR, scope=of_all,
          answer=SubscriberAnswer(many=True))
    def list_subscribers(self, call: Call) -> Any:
        """Who subscribes to what, and how far behind each is."""
        return seen(self.app)

    @door("GET", "/staff/subscribers", allow=OPERATOR, scope=of_all)
    def subscribers_page(self, call: Call) -> Response:
        """Everybody at a glance: who is late, who loses facts."""
        found = seen(self.app)
        return self.pages.render(
            "staff/subscribers.html", call=call, found=found, last=self.app.store.feed.last(),
            lasting=lasting, unseen=bool(found) and all(each.depth is None for each in found))

    @door("GET", "/staff/subscribers/<string:name>", allow=OPERATOR, scope=of_all)
    def subscriber_page(self, call: Call, name: str) -> Response:
        """One: what it hears, what waits for it, and the commands that change it."""
        found = next((each for each in seen(self.app) if each.one.name == name), None)
        if found is None:
            raise UnknownSubscriber(name)
        return self.pages.render(
            "staff/subscriber.html", call=call, each=found, lasting=lasting,
            all=len(public_keys()), webhook=webhook_of(self.app, name))


def webhook_of(city: City, name: str) -> Webhook | None:
    """The subscriber's, if it has one. Raises Unavailable."""
    with available():
        try:
            return city.store.webhooks.of(name)
        except UnknownWebhook:
            return None


def seen(city: City) -> list[Seen]:
    """In order of their names. Raises Unavailable."""
    with available():
        standings, now = city.store.standings.all(), city.clock()
        return [_seen(one, standings.get(one.name), now) for one in city.store.subscribers.all()]


def _seen(one: Subscriber, standing: Standing | None, now: datetime) -> Seen:
    if standing is None or now - standing.seen_at > STALE:
        return Seen(one=one)
    waits = now - standing.oldest_at if standing.oldest_at else timedelta()
    return Seen(one=one, depth=standing.depth, seconds=max(0, int(waits.total_seconds())),
                late=waits > LATE)


def lasting(seconds: int) -> str:
    """How long, in words, rounded down."""
    for size, word in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} 秒"
