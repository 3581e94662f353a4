"""Who subscribes to what, as operators change it: one document each, every change in the audit log.

What the broker is to have follows from the document and is made by the operators' command
(`ops.outsiders`): the processes of the service have no right to make users.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kernel.clock import Clock
from kernel.transaction import Transaction, Transactions
from services.city.domain.broken import BadSubscriberName, SubscriberThere, UnknownSubscriber
from services.city.domain.granting import checked
from services.city.domain.subscriber import NAME, Subscriber
from services.city.store import Store
from services.city.usecases.replaying import token_hash


@dataclass(frozen=True, kw_only=True, eq=False)
class Register:
    """Where subscribers are kept; needs none of the keys that the service has."""

    transactions: Transactions
    store: Store
    clock: Clock


def drafted(register: Register, name: str, facts: Sequence[str], *, token: str,
            most_connections: int, queue_megabytes: int) -> Subscriber:
    """A new subscriber, not kept yet. Raises BadSubscriberName, SubscriberThere, UnknownPattern."""
    if not NAME.fullmatch(name):
        raise BadSubscriberName(name)
    if register.store.subscribers.of(name):
        raise SubscriberThere(name)
    return Subscriber(
        name=name, facts=checked(facts), state="active", token_hash=token_hash(token),
        most_connections=most_connections, queue_megabytes=queue_megabytes,
        added_at=register.clock(),
    )


def keep_new(register: Register, subscriber: Subscriber) -> None:
    """Raises SubscriberThere when somebody was faster."""
    def work(transaction: Transaction) -> None:
        if register.store.subscribers.of(subscriber.name, within=transaction):
            raise SubscriberThere(subscriber.name)
        register.store.subscribers.keep(subscriber, within=transaction)
        transaction.note({}, _noted(subscriber))

    register.transactions.run(work)


def change(register: Register, name: str, **changed: Any) -> Subscriber:
    """The subscriber with other values of its fields. Safe to repeat. Raises UnknownSubscriber."""
    def work(transaction: Transaction) -> Subscriber:
        before = _known(register, name, transaction)
        after = replace(before, **changed)
        register.store.subscribers.keep(after, within=transaction)
        transaction.note(_noted(before), _noted(after))
        return after

    return register.transactions.run(work)


def forget(register: Register, name: str) -> None:
    """With its webhook, but for the log of calls. Raises UnknownSubscriber."""
    def work(transaction: Transaction) -> None:
        before = _known(register, name, transaction)
        register.store.subscribers.remove(name, within=transaction)
        register.store.standings.forget(name, within=transaction)
        register.store.webhooks.remove(name, transaction)
        register.store.lines.remove(name, transaction)
        register.store.orders.forget(name, transaction)
        transaction.note(_noted(before), {})

    register.transactions.run(work)


def known(register: Register, name: str) -> Subscriber:
    """Raises UnknownSubscriber."""
    return _known(register, name, None)


def _known(register: Register, name: str, within: Transaction | None) -> Subscriber:
    found = register.store.subscribers.of(name, within=within)
    if found is None:
        raise UnknownSubscriber(name)
    return found


def _noted(one: Subscriber) -> dict[str, Any]:
    """Of the token only that it is another one: the beginning of its hash."""
    return {"subscriber": one.name, "facts": ",".join(one.facts), "state": one.state,
            "token": one.token_hash[:8], "connections": one.most_connections,
            "megabytes": one.queue_megabytes}
