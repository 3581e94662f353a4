"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from kernel.clock import Clock, Ids, new_id
from kernel.envelope import Envelope
from kernel.metrics import count
from kernel.transaction import Transaction, Transactions
from services.notifications.domain.message import Message, State
from services.notifications.domain.notice import Rules
from services.notifications.domain.telling import facts_of
from services.notifications.providers.base import Provider
from services.notifications.store import Store
from services.notifications.templates import Texts


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How messages leave: calls at once, how long a worker may hold one, how long we wait."""

    at_once: int = 20
    lease: timedelta = timedelta(seconds=30)  # longer than any call may take
    patience: timedelta = timedelta(hours=24)  # for a receipt, when nobody knows (N-4)


@dataclass(frozen=True, kw_only=True)
class App:
    """Where it keeps, how it tells, what it says and through whom."""

    transactions: Transactions
    store: Store
    texts: Texts
    provider: Provider
    clock: Clock
    ids: Ids = new_id
    rules: Rules = field(default_factory=Rules)
    pace: Pace = field(default_factory=Pace)

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.provider.close()
        self.transactions.database.client.close()


def tell(transaction: Transaction, before: State, after: Message,
         cause: Envelope | None = None) -> None:
    """The facts of a change, in its transaction."""
    for fact in facts_of(before, after):
        transaction.emit(fact, cause=cause, correlation=after.correlation)


def counted(message: Message) -> None:
    """One more message in this state; to be called once it is committed."""
    count("xiangxin_messages_total", purpose=message.purpose, state=message.state)
