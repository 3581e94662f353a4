"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.transaction import Transactions
from services.volunteers.domain.rules import HourRules
from services.volunteers.store import Store


@dataclass(frozen=True, kw_only=True)
class App:
    """What the use cases work with."""

    transactions: Transactions
    store: Store
    rules: HourRules = field(default_factory=HourRules)

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.transactions.database.client.close()
