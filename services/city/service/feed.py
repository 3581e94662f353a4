"""The doors of the feed: for subscribers without AMQP, and for whoever missed something."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from time import monotonic
from typing import Any

from greenlet import GreenletExit
from werkzeug.wrappers import Response

from kernel.application import Application, built
from kernel.mongo import Unavailable, available
from kernel.web import SUBSCRIBER, Call, door
from kernel.web.access import Bearers
from services.city import schemas
from services.city.domain.broken import NotGranted, Suspended
from services.city.service.parts import build
from services.city.service.watch import Place, Watch
from services.city.usecases.application import City
from services.city.usecases.replaying import (
    Page,
    beginning,
    count_request,
    hearer,
    holder,
    page,
    wanted_keys,
)

HOUR = 3_600
FULL = f"private, max-age={HOUR}"  # it will never be another one
OPEN = "private, no-cache"


def bearers(config: dict[str, Any]) -> Bearers:
    """Whose tokens are known here. Raises Unavailable when asked while the database is away."""
    city = built(config, build)

    def known(token: str) -> str | None:
        with available():
            return holder(city.store, token)

    return known


@cache
def watch_of(city: City) -> Watch:
    """One per process."""
    return Watch(city.store.feed)


class FeedDoors:
    """Mixed into the service's class for HTTP."""

    app = Application(build)

    @door("GET", "/feed", allow=SUBSCRIBER, query=schemas.FeedQuery(), answer=schemas.FeedAnswer())
    def feed(self, call: Call) -> Response:
        """Public facts by position, only those that are granted.

        Waits up to `wait` seconds where there are none yet; then the answer is one that no cache
        keeps. A full page never changes.
        """
        with available():
            subscriber = hearer(self.app.store, call.rights.actor)
            count_request(self.app, subscriber)
            keys = wanted_keys(subscriber, _patterns(call))
            position = beginning(self.app.store, after=call.query["after"],
                                 since=call.query["since"])
            found = page(self.app.store.feed, position, keys, limit=call.query["limit"])
        waits = call.query["wait"] and call.environ["REQUEST_METHOD"] != "HEAD"
        if found.facts or found.whole or not waits:
            return _answer(found, call)
        place = watch_of(self.app).take(subscriber.name, call.environ,
                                        most=subscriber.most_connections)
        late = _late(self.app, place, call, found, keys)
        answer = Response(late, mimetype="application/json", headers={"Cache-Control": "no-store"})
        answer.call_on_close(lambda: watch_of(self.app).leave(place))
        return answer

    @door("GET", "/feed/head", allow=SUBSCRIBER, answer=schemas.HeadAnswer())
    def feed_head(self, call: Call) -> Any:
        """The oldest position that is kept, and the latest."""
        with available():
            count_request(self.app, hearer(self.app.store, call.rights.actor))
            first, last = self.app.store.feed.ends()
            return {"first": first, "last": last}


def _patterns(call: Call) -> list[str]:
    return [word.strip() for word in call.query["facts"].split(",") if word.strip()]


def _answer(found: Page, call: Call) -> Response:
    """The page, or that it is the one that the caller has."""
    text = found.to_json()
    answer = Response(text, mimetype="application/json")
    answer.headers["Cache-Control"] = FULL if found.whole else OPEN
    answer.headers["Vary"] = "Authorization"
    answer.set_etag(sha256(text.encode()).hexdigest()[:32])
    return answer.make_conditional(call.request)


def _late(city: City, place: Place, call: Call, found: Page,
          keys: frozenset[str]) -> Iterator[str]:
    """The answer once there is one; an empty page when it is late, or when the process is to stop.

    Holds no worker: a thousand may wait. What the subscriber may hear is looked up again, for it
    may have been taken away meanwhile: then the page is empty, and the next request says why.
    """
    until, watch = monotonic() + call.query["wait"], watch_of(city)
    try:
        while not (found.facts or found.whole) and watch.wait(
                place, keys, behind=found.next, until=until):
            with available():
                keys = wanted_keys(hearer(city.store, place.name), _patterns(call))
                found = watch.page(found.next, keys, limit=call.query["limit"])
    except (NotGranted, Suspended, Unavailable):
        pass  # `found` is empty still
    if place.gone:
        raise GreenletExit  # nobody hears it; an error would cost more
    yield found.to_json()
