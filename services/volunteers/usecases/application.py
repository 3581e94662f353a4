"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from kernel.clock import Clock, system_clock
from kernel.transaction import Transactions
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


References = Callable[[str], Sequence[str]]


def alone(person_ref: str) -> tuple[str, ...]:
    """The references of somebody who has no other (C-35)."""
    return (person_ref,)


@dataclass(frozen=True, kw_only=True)
class App:
    """What the use cases work with; `references` are all that a person has, this one among them:
    what is shown of one, and who is concerned, is the same for all (C-35)."""

    transactions: Transactions
    store: Store
    rules: HourRules = field(default_factory=HourRules)
    weights: Mapping[str, int] = field(default_factory=dict)  # of the time bank, by programme
    duty: DutyRules = field(default_factory=DutyRules)
    asking: Asking = field(default_factory=Asking)
    sanity: SanityRules = field(default_factory=SanityRules)
    tries: Tries = field(default_factory=Tries)
    clock: Clock = system_clock
    references: References = alone

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.transactions.database.client.close()
