"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from kernel.answers import Answer, Once
from kernel.clock import Clock, system_clock
from kernel.transaction import Transaction, Transactions
from kernel.tries import Tries
from services.volunteers.domain.duty import DutyRules
from services.volunteers.domain.rules import HourRules
from services.volunteers.domain.sanity import SanityRules
from services.volunteers.store import Store


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How many requests are taken from one person a day, and from one address an hour; how long
    after its end a session is offered to choose from (an older one is named by its number)."""

    per_person: int = 10
    per_address: int = 60
    offered: timedelta = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class App:
    """What the use cases work with."""

    transactions: Transactions
    store: Store
    rules: HourRules = field(default_factory=HourRules)
    weights: Mapping[str, int] = field(default_factory=dict)  # of the time bank, by programme
    duty: DutyRules = field(default_factory=DutyRules)
    asking: Asking = field(default_factory=Asking)
    sanity: SanityRules = field(default_factory=SanityRules)
    tries: Tries = field(default_factory=Tries)
    clock: Clock = system_clock

    def write(self, once: Once | None, work: Callable[[Transaction], Answer]) -> Answer:
        """The answer of `work`; with a key, the same answer however often it is asked."""
        return self.transactions.answer(once, work) if once else self.transactions.run(work)

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.transactions.database.client.close()
