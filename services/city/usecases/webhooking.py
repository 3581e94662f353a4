"""What operators do with webhooks. All of it only writes to the database; the caller does the rest.

Each raises Unavailable, and UnknownWebhook for a subscriber without one; safe to repeat unless
said otherwise.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from kernel.transaction import Answer, Once, Transaction
from services.city.domain.broken import NotNow, UnknownFact, UnknownSubscriber, UnknownWebhook
from services.city.domain.granting import EVERYTHING, checked
from services.city.domain.line import Line
from services.city.domain.place import Resolve, outside, place_of
from services.city.domain.signing import LENGTH, written
from services.city.domain.webhook import Ping, Replay, Secret, Webhook
from services.city.store.lines import LostTurn
from services.city.usecases.application import City

NOW, FIRST = "now", "first"
TRIES = 20  # at a line that a caller writes at the same moment


def set_webhook(app: City, name: str, url: str, *, begin: str | None,
                resolve: Resolve) -> str | None:
    """Calls the subscriber there from now on. For a new one: from `begin` (`now`, `first`, a
    position or a moment), and the secret is the answer, which is told this once. An old one goes
    on where it was, with the secret that it has, and the answer is None.

    Raises WrongUrl, NotOutside, OSError for a name that leads nowhere, UnknownSubscriber, and
    NotNow for an old one with `begin`.
    """
    outside(place_of(url), resolve, app.networks)
    if app.store.subscribers.of(name) is None:
        raise UnknownSubscriber(name)
    cursor = position_of(app, begin or NOW)
    secret = written(secrets.token_bytes(LENGTH))
    sealed = app.vault.seal(secret)

    def work(transaction: Transaction) -> str | None:
        try:
            old = app.store.webhooks.of(name, transaction)
        except UnknownWebhook:
            transaction.note({}, {"subscriber": name, "position": cursor})
            new = Webhook(name=name, url=url, set_at=transaction.now,
                          secrets=(Secret(sealed=sealed),))
            app.store.webhooks.keep(new, transaction)
            app.store.lines.begin(name, Line(cursor=cursor), transaction)
            return secret
        if begin is not None:
            raise NotNow("it goes on where it was; for facts from before: webhook replay")
        transaction.note({}, {"subscriber": name, "address": "another"})
        app.store.webhooks.keep(_moved(old, url, transaction.now), transaction)
        return None

    return app.transactions.run(work)


def position_of(app: City, text: str) -> int:
    """Behind which position one begins: `now`, `first`, a position (which is the first that
    comes), or a moment with an offset. Raises NotNow that names these."""
    if text == NOW:
        return app.store.feed.last()
    if text == FIRST:
        return 0
    if text.isdecimal():
        return max(int(text) - 1, 0)
    return app.store.feed.since(_moment(text))


def end_of(app: City, text: str) -> int:
    """The last position of a range, by the same words; of a moment the last before it."""
    return int(text) if text.isdecimal() else position_of(app, text)


def rotate_secret(app: City, name: str) -> str:
    """A new secret, told this once; for a day the one before signs as well. Not safe to repeat."""
    secret = written(secrets.token_bytes(LENGTH))
    sealed = app.vault.seal(secret)

    def work(transaction: Transaction) -> str:
        old = app.store.webhooks.of(name, transaction)
        transaction.note({}, {"subscriber": name, "secret": "another"})
        app.store.webhooks.keep(old.with_secret(sealed, transaction.now), transaction)
        return secret

    return app.transactions.run(work)


def pause(app: City, name: str, why: str, *, once: Once | None = None) -> None:
    """No calls; nothing is lost meanwhile."""

    def work(transaction: Transaction) -> Answer:
        old = app.store.webhooks.of(name, transaction)
        transaction.note({"state": old.state}, {"subscriber": name, "state": "paused"})
        app.store.webhooks.keep(old.paused(why), transaction)
        return {"state": "paused"}

    app.transactions.write(once, work)


def resume(app: City, name: str, *, once: Once | None = None) -> None:
    """On from where it stopped; what waits is due, and has three days again."""

    def work(transaction: Transaction) -> Answer:
        old = app.store.webhooks.of(name, transaction)
        transaction.note({"state": old.state}, {"subscriber": name, "state": "active"})
        app.store.webhooks.keep(old.resumed(), transaction)
        return {"state": "active"}

    _begin_anew(app, name)
    app.transactions.write(once, work)


def _begin_anew(app: City, name: str) -> None:
    """Before it is active again: a caller may be at the end of its turn."""
    for _ in range(TRIES):
        kept = app.store.lines.of(name)
        if kept is None:
            raise UnknownWebhook(name)
        kept.line.begin_anew(app.clock())
        try:
            return app.store.lines.keep(name, kept)
        except LostTurn:
            continue
    raise NotNow("it is being called right now: pause it first")


def replay(app: City, name: str, *, first: int, last: int | None,
           facts: Sequence[str] = (EVERYTHING,), once: Once | None = None) -> tuple[int, int]:
    """Facts of the patterns from position to position (both are brought) once more, with the ids
    that they had; None: up to what it has had. What it has not had yet comes in its turn, so it is
    not replayed. The range that is. Raises UnknownPattern, and NotNow when nothing lies there."""
    patterns = checked(facts)
    kept = app.store.lines.of(name)
    if kept is None:
        raise UnknownWebhook(name)
    cursor = kept.line.cursor
    until = cursor if last is None else min(last, cursor)
    if until < first:
        raise NotNow(f"nothing to replay: it has had facts up to position {cursor}")

    def work(transaction: Transaction) -> Answer:
        ordered = Replay(replay_id=app.ids(), name=name, after=max(first, 1) - 1, to=until,
                         facts=patterns, ordered_at=transaction.now)
        transaction.note({}, {"subscriber": name, "from": ordered.after + 1, "to": until})
        app.store.orders.order(ordered, transaction)
        return {"from": ordered.after + 1, "to": until}

    answer = app.transactions.write(once, work)
    return answer["from"], answer["to"]


def replay_one(app: City, name: str, id: str, *, once: Once | None = None) -> None:
    """One fact by its id. Raises UnknownFact when the feed does not have it."""
    fact = app.store.feed.of(id)
    if fact is None:
        raise UnknownFact(id)
    replay(app, name, first=fact.position, last=fact.position, once=once)


def ping(app: City, name: str, *, once: Once | None = None) -> str:
    """Asks for a test call, which the caller makes within a second; its webhook-id."""

    def work(transaction: Transaction) -> Answer:
        app.store.webhooks.of(name, transaction)
        asked = Ping(ping_id=f"ping-{app.ids()}", name=name, asked_at=transaction.now)
        transaction.note({}, {"subscriber": name, "ping": asked.ping_id})
        app.store.orders.ask_ping(asked, transaction)
        return {"ping_id": asked.ping_id}

    return str(app.transactions.write(once, work)["ping_id"])


def remove(app: City, name: str) -> None:
    """No webhook any more; the log of its calls stays for its time."""

    def work(transaction: Transaction) -> None:
        old = app.store.webhooks.of(name, transaction)
        transaction.note({"subscriber": name, "state": old.state}, {})
        app.store.webhooks.remove(name, transaction)
        app.store.lines.remove(name, transaction)
        app.store.orders.forget(name, transaction)

    app.transactions.run(work)


def _moved(old: Webhook, url: str, now: datetime) -> Webhook:
    return Webhook(name=old.name, url=url, secrets=old.secrets, set_at=now, state=old.state,
                   why=old.why)


def _moment(text: str) -> datetime:
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotNow(f"{text} is neither now nor first, a position (a number) nor a moment with an "
                     "offset (2026-11-27T08:00:00+08:00)")
    return moment
