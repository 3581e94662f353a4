"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.clock import Clock, system_clock
from kernel.transaction import Transactions
from services.stats.domain.brief import Template
from services.stats.store import Store


@dataclass(frozen=True, kw_only=True, eq=False)
class Stats:
    """Where it keeps, what time it is, and the sentences of the brief. `smallest_shown` is the
    least number of people of a confidential programme that is told outside."""

    transactions: Transactions
    store: Store
    templates: tuple[Template, ...]
    clock: Clock = system_clock
    smallest_shown: int = 5
    figures_max_age: int = 5
