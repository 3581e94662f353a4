"""Who subscribes to what, as operators change it: one document each, every change in the audit log.

What the broker is to have follows from the document and is made by the operators' command
(`ops.outsiders`): the processes of the service have no right to make users.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kernel.transaction import Transaction
from services.city.domain.broken import BadSubscriberName, SubscriberThere, UnknownSubscriber
from services.city.domain.granting import checked
from services.city.domain.subscriber import NAME, Subscriber
from services.city.usecases.application import City
from services.city.usecases.replaying import token_hash


def drafted(app: City, name: str, facts: Sequence[str], *, token: str, most_connections: int,
            queue_megabytes: int) -> Subscriber:
    """A new subscriber, not kept yet. Raises BadSubscriberName, SubscriberThere, UnknownPattern."""
    if not NAME.fullmatch(name):
        raise BadSubscriberName(name)
    if app.store.subscribers.of(name):
        raise SubscriberThere(name)
    return Subscriber(
        name=name, facts=checked(facts), state="active", token_hash=token_hash(token),
        most_connections=most_connections, queue_megabytes=queue_megabytes, added_at=app.clock(),
    )


def keep_new(app: City, subscriber: Subscriber) -> None:
    """Raises SubscriberThere when somebody was faster."""
    def work(transaction: Transaction) -> None:
        if app.store.subscribers.of(subscriber.name, within=transaction):
            raise SubscriberThere(subscriber.name)
        app.store.subscribers.keep(subscriber, within=transaction)
        transaction.note({}, _noted(subscriber))

    app.transactions.run(work)


def change(app: City, name: str, **changed: Any) -> Subscriber:
    """The subscriber with other values of its fields. Safe to repeat. Raises UnknownSubscriber."""
    def work(transaction: Transaction) -> Subscriber:
        before = _known(app, name, transaction)
        after = replace(before, **changed)
        app.store.subscribers.keep(after, within=transaction)
        transaction.note(_noted(before), _noted(after))
        return after

    return app.transactions.run(work)


def forget(app: City, name: str) -> None:
    """Raises UnknownSubscriber."""
    def work(transaction: Transaction) -> None:
        before = _known(app, name, transaction)
        app.store.subscribers.remove(name, within=transaction)
        app.store.standings.forget(name, within=transaction)
        transaction.note(_noted(before), {})

    app.transactions.run(work)


def known(app: City, name: str) -> Subscriber:
    """Raises UnknownSubscriber."""
    return _known(app, name, None)


def _known(app: City, name: str, within: Transaction | None) -> Subscriber:
    found = app.store.subscribers.of(name, within=within)
    if found is None:
        raise UnknownSubscriber(name)
    return found


def _noted(one: Subscriber) -> dict[str, Any]:
    """Of the token only that it is another one: the beginning of its hash."""
    return {"subscriber": one.name, "facts": ",".join(one.facts), "state": one.state,
            "token": one.token_hash[:8], "connections": one.most_connections,
            "megabytes": one.queue_megabytes}
