"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.clock import Clock, system_clock
from kernel.transaction import Transactions
from kernel.tries import Tries
from services.city.store import Store


@dataclass(frozen=True, kw_only=True, eq=False)
class City:
    """Where it keeps, what time it is, and how often one subscriber may ask within a minute."""

    transactions: Transactions
    store: Store
    clock: Clock = system_clock
    tries: Tries = field(default_factory=Tries)
    feed_per_minute: int = 600
